import { describe, expect, it } from "vitest";
import {
  emptyForm,
  formOf,
  formProblems,
  noSecretEdits,
  updateOf,
} from "../../../editor/panels/connectionForm.ts";
import type { ConnectionConfig } from "../../../runtime/protocol/http.ts";

const full: ConnectionConfig = {
  name: "building-a",
  url: "mqtts://broker.example.com:8883",
  protocol: "3.1.1",
  clientId: "me",
  username: "u",
  keepaliveS: 30,
  persistentSession: true,
  will: { topic: "gone", payload: "bye", qos: 2, retain: true },
  tls: { ca: "PEM", insecure: false, serverName: "broker" },
};

describe("the form of a connection", () => {
  it("gives back what it was filled from", () => {
    expect(updateOf(formOf(full), noSecretEdits, full.will)).toEqual({ config: full });
  });

  it("leaves encryption out when the address has none", () => {
    const update = updateOf({ ...formOf(full), url: "mqtt://broker:1883" }, noSecretEdits, undefined);
    expect(update.config.tls).toBeUndefined();
  });

  it("keeps stored secrets, replaces them, or removes them", () => {
    expect(updateOf(formOf(full), noSecretEdits, undefined).secrets).toBeUndefined();
    expect(updateOf(formOf(full), { password: "new", key: "" }, undefined).secrets).toEqual({
      password: "new",
    });
    expect(updateOf(formOf(full), { password: null, key: "" }, undefined).secrets).toEqual({ password: "" });
  });

  it("asks for a name that is free and an address without credentials", () => {
    const fields = (form: object, taken: string[] = []) =>
      formProblems({ ...emptyForm(), ...form }, taken).map((each) => each.field);
    expect(fields({})).toEqual(["/name", "/url"]);
    expect(fields({ name: "a", url: "mqtt://h:1883" })).toEqual([]);
    expect(fields({ name: "a", url: "mqtt://h:1883" }, ["a"])).toEqual(["/name"]);
    expect(fields({ name: "a", url: "mqtt://u:p@h" })).toEqual(["/url"]);
    expect(fields({ name: "a", url: "http://h" })).toEqual(["/url"]);
    expect(fields({ name: "a", url: "mqtt://h", keepaliveS: "6 0" })).toEqual(["/keepaliveS"]);
  });
});
