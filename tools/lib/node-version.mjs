/** Imported first by every command. Plain syntax and no imports, so that an old Node reaches the message. */
const [major, minor] = process.versions.node.split(".").map(Number);
const supported = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;

if (!supported) {
  console.error(
    `Millrace needs Node 20.19 or later (of Node 22: 22.12 or later). This is Node ${process.versions.node}.\n` +
      "Install a current Node from https://nodejs.org and run the command again.",
  );
  process.exit(1);
}
