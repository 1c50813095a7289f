/** Between the control plane and the broker's thread. */
export interface BrokerSettings {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Where sessions, retained messages and queues are kept. */
  readonly folder: string;
}

export type FromBroker =
  | { readonly type: "listening"; readonly port: number }
  | { readonly type: "failed"; readonly code: string; readonly message: string }
  /** Something a person should see, such as a client that was refused. */
  | { readonly type: "notice"; readonly text: string }
  | { readonly type: "stopped" };

export interface ToBroker {
  readonly type: "stop";
}
