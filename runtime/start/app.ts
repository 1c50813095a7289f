/** The HTTP side of the control plane. */
import type { Express } from "express";
import { templateDocuments } from "../../examples/documents.ts";
import { nodeTypes } from "../../nodes/index.ts";
import { version } from "../../package.json";
import { createApp } from "../api/app.ts";
import { editorFiles } from "../api/editorFiles.ts";
import { describeNodes } from "../api/nodeDescriptions.ts";
import type { DeadLetterService, PlaneService } from "../api/services.ts";
import { isLoggedIn, loginRoutes } from "../auth/loginRoutes.ts";
import { fillDefaults } from "../core/plan/config.ts";
import type { Template } from "../protocol/http.ts";
import type { Log } from "../telemetry/log.ts";
import { unknownLetter } from "../telemetry/replays.ts";
import { answered, type Control } from "./control.ts";

/** @param editor folder of the built editor */
export function createControlApp(control: Control, editor: string, log: Log): Express {
  const { flows, connections, board, access } = control;
  return createApp({
    services: {
      flows,
      connections,
      plane: planeService(control),
      letters: letterService(control),
      nodes: describeNodes(nodeTypes, (type) => fillDefaults(type.config, {})),
      templates: templateDocuments as readonly Template[],
      unready: () => {
        if (board.state !== "running") return `The data plane is ${board.state}.`;
        return control.resumed ? flows.problem : "The flows are being deployed.";
      },
    },
    gate: access,
    login: loginRoutes(access),
    editor: editorFiles(editor, (request) => isLoggedIn(access, request)),
    version,
    report: (what, error) => log.error(what, error),
  });
}

function planeService({ plane, board }: Control): PlaneService {
  return {
    status: () => board.report(),
    samples: (flow) => answered(plane.latestSamples(flow)),
    inject: (flow, node, payload) => answered(plane.inject(flow, node, payload)),
  };
}

function letterService({ letters, replays, hub }: Control): DeadLetterService {
  return {
    page: (query, limit, before) => letters.page(query, limit, before),
    get: (id) => {
      const letter = letters.get(id);
      if (!letter) throw unknownLetter(id);
      return letter;
    },
    discard: (id) => {
      if (!letters.discard(id)) throw unknownLetter(id);
      hub.deadLetters(letters.counts);
    },
    clear: (query) => {
      letters.clear(query);
      hub.deadLetters(letters.counts);
    },
    replay: (id) => replays.replay(id),
    replayAll: (flow, query) => replays.replayAll(flow, query),
  };
}
