/** A text, its bytes, or several of either with their paths. */
export type Input = string | Uint8Array | { path: string; text: string | Uint8Array }[];

/** What a caller can choose. */
export interface CheckOptions {
  /** The language of every sentence; English unless said otherwise. */
  lang?: "en" | "ko";
  /** The Postfix release to judge for; told from the text unless given. */
  postfixVersion?: string;
  /** The Dovecot release to judge for; told from the text unless given. */
  dovecotVersion?: string;
  /** Shows passwords and keys, which are masked otherwise. */
  showSecrets?: boolean;
}

export interface ExplainOptions extends CheckOptions {
  /** Only this service: its name in master.cf, or its port. */
  service?: string;
}

/** The report of a check. New keys may be added within the version; none goes. */
export interface Check {
  schema: "postproof.check/1";
  postproof: string;
  lang: "en" | "ko";
  summary: Summary;
  reports: {
    summary: Summary;
    documents: { path: string; bytes: number; followed: boolean; notes: string[] }[];
    hosts: Host[];
    left_alone: { place: Place | null; what: string }[];
  }[];
}

/** The explained chains. */
export interface Explain {
  schema: "postproof.explain/1";
  postproof: string;
  lang: "en" | "ko";
  reports: { hosts: { name: string | null; target: Target; services: Service[] }[] }[];
}

export interface Summary {
  findings: number;
  error: number;
  warning: number;
  info: number;
  hint: number;
  cannot_tell: number;
}

export interface Host {
  name: string | null;
  target: Target;
  given: { main_cf: Given; master_cf: Given; dovecot: Given };
  parts: Part[];
  services: Service[];
  /** Whether other programs than smtpd take mail from other hosts. */
  entrances: HostClaim[];
  /** Worst first, then by place. */
  findings: Finding[];
  missing: Missing[];
}

export interface HostClaim {
  claim: string;
  title: string;
  definition: string;
  verdict: "holds" | "fails" | "depends" | "unknown";
  service: string | null;
  reason: string;
  place: Place | null;
  exceptions: string[];
  missing: string[];
}

export type Given = "missing" | "excerpt" | "whole";

export interface Target {
  postfix: Chosen;
  compatibility_level: Chosen;
  dovecot: Chosen | null;
}

export interface Chosen {
  value: string;
  reason: string;
  place: Place | null;
}

export interface Part {
  kind: string;
  name: string | null;
  path: string;
  first_line: number;
  last_line: number;
  whole: boolean;
}

/** Lines and columns count from 1, columns in characters; bytes from 0. */
export interface Place {
  path: string;
  line: number;
  column: number;
  end_line: number;
  end_column: number;
  start_byte: number;
  end_byte: number;
}

export interface Finding {
  rule: string;
  severity: "error" | "warning" | "info" | "hint";
  certainty: "certain" | "cannot_tell";
  message: string;
  place: Place | null;
  note: string | null;
  related: { place: Place | null; note: string | null }[];
  why: string;
  help: string | null;
  fix: Fix | null;
  missing: Missing[];
  sources: string[];
  docs: string;
}

export interface Fix {
  title: string;
  safety: "safe" | "needs_review";
  edits: { place: Place | null; replacement: string }[];
}

export interface Missing {
  what: string;
  command: string | null;
}

export type StageName = "connect" | "helo" | "mail" | "rcpt" | "data" | "end_of_data" | "etrn";

export interface Service {
  name: string;
  label: string;
  place: Place | null;
  reached_from: "network" | "loopback" | "postscreen" | "socket";
  assumptions: string[];
  delays_refusals: boolean;
  stages: { stage: StageName; text: string; lists: List[] }[];
  relay: Relay | null;
  stranger: Walk;
  typical: Typical[];
}

/** Whether any stranger relays. */
export interface Relay {
  verdict: "holds" | "fails" | "depends" | "unknown";
  session: Session | null;
  arranged: Answered[];
  fails_if: Answered[][];
}

/** A session as `postproof simulate --json` takes it. */
export interface Session {
  client_addr: string;
  client_name: string | null;
  reverse_name: string | null;
  client_name_status: "ok" | "perm" | "forged" | "temp";
  proto: "ESMTP" | "SMTP";
  helo: string | null;
  tls: boolean;
  certificate: { trusted: boolean; fingerprint: string; key_fingerprint: string } | null;
  sasl_user: string | null;
  etrn: string | null;
  vrfy: string | null;
  sender: string | null;
  recipients: string[];
  data: boolean;
}

export interface List {
  param: string;
  origin: "main.cf" | "override" | "default";
  place: Place | null;
  entries: Entry[];
  end: string;
}

export interface Entry {
  name: string;
  place: Place | null;
  text: string;
  answers: Answer[];
  needs: string[];
  needs_text: string[];
  reach: { state: "live" | "never" | "no_effect"; why: string | null; by: Place | null };
  built_in: boolean;
  inner: Entry[];
}

export interface Answer {
  verdict: string;
  code: number | null;
  dsn: string | null;
  when: string;
}

export interface Answered {
  question: string;
  answer: string;
}

export interface Typical {
  key: string;
  title: string;
  wanted: "accepted" | "refused" | "either";
  client: string;
  helo: string;
  sender: string;
  recipient: string;
  login: string | null;
  tls: boolean;
  assumed: Answered[];
  stands_on: string[];
  end: WalkEnd;
  summary: string;
}

export interface Walk {
  client: string;
  helo: string;
  sender: string;
  recipient: string;
  assumed: Answered[];
  stands_on: string[];
  steps: Step[];
  end: WalkEnd;
  summary: string;
}

export interface Step {
  stage: StageName;
  param: string;
  path: number[];
  name: string;
  place: Place | null;
  state: "goes_on" | "permits" | "refuses" | "unknown" | "not_reached";
  why: string;
}

export interface WalkEnd {
  state: "refused" | "accepted" | "depends" | "does_not_start";
  by: string | null;
  place: Place | null;
  param: string | null;
  code: number | null;
  dsn: string | null;
  conditions: string[];
}
