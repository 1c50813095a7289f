import { type AnyNodeType, inputsOf } from "../../runtime/core/nodeType.ts";
import { fillDefaults } from "../../runtime/core/plan/config.ts";
import type { SampleHint } from "../../runtime/core/schema.ts";
import type { SampleLive } from "../../runtime/protocol/live.ts";
import { type NodeSamples, newest } from "../live/nodeSamples.ts";
import type { TrySample } from "./trySample.ts";

/**
 * Finds the newest message for each field of a node.
 * @returns takes the hint of a field; undefined: it looks at the input ports
 */
export function trySamples(
  type: AnyNodeType,
  config: Readonly<Record<string, unknown>>,
  samples: NodeSamples,
): (hint: SampleHint | undefined) => TrySample | undefined {
  const inputs = inputsOf(type, fillDefaults(type.config, config)).map((port) => port.name);
  const at = (port: string) => {
    const own = samples.ports[port];
    return inputs.includes(port) ? withFed(own, samples) : own;
  };
  const anywhere = () => {
    const ports = inputs.length > 0 ? inputs : Object.keys(samples.ports);
    const own = newest(ports.map((port) => samples.ports[port]));
    return inputs.length > 0 ? withFed(own, samples) : own;
  };
  return (hint) => {
    const sample = hint ? at(hint.port) : anywhere();
    if (!sample) return undefined;
    // A source's own expressions make time and key, so they see the message as it arrived.
    const asSeen = type.inputs.length === 0 && type.subscriptions ? arrived(sample) : sample;
    const siblings = hint?.beside && siblingsOf(hint.beside, fillDefaults(type.config, config), at);
    return {
      ...asSeen,
      ...(samples.preview ? { preview: true } : {}),
      ...(siblings && Object.keys(siblings).length > 0 ? { siblings } : {}),
    };
  };
}

/**
 * What came to the node itself is nearest to the truth; before it runs there is only what its neighbours sent. In a
 * preview a node that is being changed may be left out for a while: then the neighbours know better.
 */
function withFed(own: SampleLive | undefined, { fed, preview }: NodeSamples): SampleLive | undefined {
  return preview ? newest([own, fed]) : (own ?? fed);
}

/** Before an expression gave it another time or key. */
function arrived(sample: SampleLive): SampleLive {
  return { ...sample, time: sample.at, key: Object.values(sample.params)[0] ?? sample.topic };
}

function siblingsOf(
  wanted: NonNullable<SampleHint["beside"]>,
  config: Readonly<Record<string, unknown>>,
  at: (port: string) => SampleLive | undefined,
): NonNullable<TrySample["siblings"]> {
  const found: Record<string, { source: string; sample: SampleLive }> = {};
  for (const [name, { field, port }] of Object.entries(wanted)) {
    const source = config[field];
    const sample = at(port);
    if (typeof source === "string" && sample) found[name] = { source, sample };
  }
  return found;
}
