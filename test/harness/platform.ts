/** A host for the core in tests: the one it has in production. */
export { platform as testPlatform } from "../../runtime/plane/platform.ts";
