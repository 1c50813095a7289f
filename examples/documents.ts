/** The flow documents that come with Millrace, as the files hold them. The editor and the runtime check them like anyone's. */
import forgottenLights from "./flows/forgotten-lights.flow.json";
import setback from "./flows/occupancy-setback.flow.json";
import fiveMinuteAverage from "./templates/five-minute-average.json";
import setbackTemplate from "./templates/occupancy-setback.json";
import stopOnVibration from "./templates/stop-on-vibration.json";
import tooWarmCommand from "./templates/too-warm-command.json";

/** What runs in the demo building after the first start. */
export const demoFlowDocuments: readonly unknown[] = [setback, forgottenLights];

/** What a new flow can begin with, in the order it is offered. */
export const templateDocuments: readonly unknown[] = [
  setbackTemplate,
  fiveMinuteAverage,
  tooWarmCommand,
  stopOnVibration,
];
