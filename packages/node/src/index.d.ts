/** JSON of a record, a body or a setting. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

export type ErrorCode =
  | "COMMAND_NOT_FOUND"
  | "SERVER_EXITED"
  | "TIMEOUT"
  | "WRONG_VERSION"
  | "NOT_CRM_MOCKS"
  | "UNREACHABLE"
  | "REFUSED"
  | "CONTRACT_BROKEN"
  | "NOTHING_CHECKED";

/** An error of this package. `code` says which; the message is for people. */
export class CrmMocksError extends Error {
  constructor(code: ErrorCode, message: string, options?: ErrorOptions);
  readonly code: ErrorCode;
}

/** The client broke the contract. The message has the findings as text. */
export class ContractBroken extends CrmMocksError {
  constructor(message: string, findings: Finding[]);
  readonly findings: Finding[];
}

export interface StartOptions {
  /** A program, a command line that is split at spaces, or program and arguments. Default: `CRM_MOCKS_COMMAND`, or found. */
  command?: string | string[];
  /** Further options of `crm-mocks serve`, such as `["--seed", "7"]`. */
  args?: string[];
  /** Folder of the server. Default: that of this process. */
  cwd?: string;
  /** Environment of the server. Default: that of this process. */
  env?: NodeJS.ProcessEnv;
  /** Milliseconds until the server must be ready. Default: 60,000. */
  timeout?: number;
}

export interface ConnectOptions {
  /** URL of a running server. Default: that of `CRM_MOCKS_READY_FILE` or `CRM_MOCKS_URL`. */
  url?: string;
  /** Its admin token. */
  token?: string | null;
  /** File of the certificate authority to trust. */
  caFile?: string | null;
  /** Environment with the variables above. Default: that of this process. */
  env?: NodeJS.ProcessEnv;
}

/** Start `crm-mocks serve` on a free port. It stops with `stop()`, or when this process ends. */
export function start(options?: StartOptions): Promise<Mocks>;

/** Use a running server. `stop()` leaves it running. */
export function connect(options?: ConnectOptions): Promise<Mocks>;

export interface Mocks {
  readonly url: string;
  readonly token: string | null | undefined;
  /** File of the certificate authority to trust, under `--tls`. */
  readonly caFile: string | null | undefined;
  readonly version: string;
  /** Create a session, with a generated name if none is given. `allow` names mistakes made on purpose. */
  session(options?: { name?: string; allow?: string[] }): Promise<Session>;
  /** Reset all sessions. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

/** The CRMs of one test, with their own records, settings, clock, queue, journal and port. */
export interface Session {
  readonly name: string;
  /** Base URL; append a path of a contract. */
  readonly url: string;
  readonly vendors: { readonly [vendor: string]: { readonly url: string; readonly credentials: Record<string, string> } };
  readonly records: {
    /** All records of a kind, or one by its key; without `kind`, those of a CRM by kind; without `vendor`, of all CRMs. */
    get(vendor: string, kind: string, key: string): Promise<Json>;
    get(vendor: string, kind: string): Promise<Json[]>;
    get(vendor?: string): Promise<Json>;
    /** Store one record or several; one with the same key is replaced. */
    put(vendor: string, kind: string, records: Json): Promise<void>;
    /** Delete one record, or all of a kind. */
    delete(vendor: string, kind: string, key?: string): Promise<void>;
  };
  readonly clock: {
    /** Stop the clock at a moment (ISO 8601). */
    set(moment: string | Date): Promise<Date>;
    /** Move the clock. */
    advance(seconds: number): Promise<Date>;
  };
  readonly settings: {
    get(): Promise<Record<string, Record<string, Json>>>;
    /** Change settings, given as `"<vendor>.<name>": value`; return all. */
    change(changes: Record<string, Json>): Promise<Record<string, Record<string, Json>>>;
  };
  /** Queue a response, and return its id. */
  respond(response: QueuedResponse): Promise<string>;
  /** The journal, oldest first. With `wait_ms`, wait until there are `count` matches (default 1), or the time is over. */
  requests(selection?: Selection): Promise<Entry[]>;
  /** Allow mistakes made on purpose, besides those allowed already, such as `config_api.createLead:400`. */
  allow(...mistakes: string[]): Promise<void>;
  /**
   * Judge the client.
   *
   * @throws {ContractBroken} it broke the contract
   */
  verdict(options?: { allow?: string[]; close?: boolean }): Promise<{ exchanges: number; findings: Finding[] }>;
  /** Discard what the session has stored and recorded. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** A response of the queue: see docs/control-api.md#responses. */
export interface QueuedResponse {
  operation?: string;
  method?: string;
  path?: string;
  match?: Json;
  status?: number;
  example?: string;
  body?: Json;
  body_base64?: string;
  chunked?: boolean;
  fault?:
    | "EMPTY_RESPONSE"
    | "MALFORMED_RESPONSE_CHUNK"
    | "RANDOM_DATA_THEN_CLOSE"
    | "CONNECTION_RESET_BY_PEER"
    | "TRUNCATED_BODY"
    | "SLOW_BODY"
    | "TIMEOUT";
  headers?: Record<string, string | number> | [string, string][];
  times?: number | null;
  delay_ms?: number;
  phase?: "before" | "after";
  metadata?: { [name: string]: Json };
}

/** What to select from the journal: see docs/control-api.md#requests. */
export interface Selection {
  since?: string | number;
  limit?: number;
  vendor?: string;
  operation?: string;
  method?: string;
  path?: string;
  status?: number;
  outcome?: string;
  unmatched?: boolean;
  violations?: boolean;
  notices?: boolean;
  wait_ms?: number;
  count?: number;
}

/** An entry of the journal. */
export interface Entry {
  id: string;
  session: string;
  vendor: string;
  operation: string;
  at: string;
  request: { method: string; path: string; query: string; headers: [string, string][]; body: string };
  answer: { status: number; outcome: string | null; headers: [string, string][]; body: string };
  chosen_by: string;
  fault: string | null;
  violations: { location: string[]; severity: string; code: string; message: string; basis: string; sent: string | null }[];
  notices: unknown[];
}

/** A rule that the client broke at one location, with all its occurrences. */
export interface Finding {
  side: string;
  vendor: string;
  operation: string;
  rule: string;
  location: string[];
  message: string;
  count: number;
  sent: string;
  expected: string;
  basis: { kind: string; source: string; position: string; text: string; setting: string };
  status: number;
  occurrences: { id: string; at: string; request: string; response: string }[];
  responses: { status: number; outcome: string; count: number; allowed: number }[];
  /** Method and path, if no operation matches. */
  request: string;
  near_misses: { method: string; path: string; operation: string }[];
  reproduction: string;
}

/** Options of the fixtures: those of `start`, or of `connect` if `url` is given. */
export interface SuiteOptions extends StartOptions, ConnectOptions {
  /** Pass although no test sent anything. */
  allowNoRequests?: boolean;
}
