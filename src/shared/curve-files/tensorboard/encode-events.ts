// Encoder of TensorBoard's events: each is one record of a TFRecord file.
import { computeCrc32c } from '../../model-format/crc32.ts';
import { eventMessages } from './event-messages.ts';
import type { SettingValue } from './describe-settings.ts';

/** Of the enumerations SessionLog.SessionStatus, DataClass and DataType. */
const sessionStart = 1;
const dataClassTensor = 2;
const stringType = 7;
const floatType = 1;

export interface EventTime {
  /** In seconds since 1970. */
  readonly wallTime: number;
  /** Training steps. */
  readonly step: number;
}

export interface Scalar {
  readonly tag: string;
  readonly value: number;
  /** Shown beside the curve; only the first value of a tag needs it. */
  readonly description?: string | undefined;
}

/** First record of a file. Version 2 means that a start event decides what is outdated. */
export function encodeVersion(time: EventTime): Uint8Array {
  return encodeEvent(time, { fileVersion: 'brain.Event:2' });
}

/** Start of a session: everything at this step or later, in earlier files, is outdated. */
export function encodeStart(time: EventTime): Uint8Array {
  return encodeEvent(time, { sessionLog: { status: sessionStart } });
}

export function encodeScalars(time: EventTime, scalars: readonly Scalar[]): Uint8Array {
  return encodeSummary(
    time,
    scalars.map(({ tag, value, description }) => ({
      tag,
      simpleValue: value,
      ...(description !== undefined && {
        metadata: { summaryDescription: description, pluginData: { pluginName: 'scalars' } },
      }),
    })),
  );
}

/** `text` is Markdown. */
export function encodeText(time: EventTime, tag: string, text: string): Uint8Array {
  const metadata = { pluginData: { pluginName: 'text' }, dataClass: dataClassTensor };
  const tensor = { dtype: stringType, tensorShape: {}, stringVal: [new TextEncoder().encode(text)] };
  return encodeSummary(time, [{ tag, metadata, tensor }]);
}

/** Settings of a run, for the table that compares runs. */
export function encodeHparams(time: EventTime, settings: ReadonlyMap<string, SettingValue>): Uint8Array {
  const hparams = [...settings].map(([key, value]) => ({ key, value: describeValue(value) }));
  // Runs with the same group name would be averaged; without one, each is compared by itself.
  const sessionStartInfo = { hparams, groupName: '', startTimeSecs: time.wallTime };
  const content = eventMessages.encode('HParamsPluginData', { version: 0, sessionStartInfo });
  const metadata = { pluginData: { pluginName: 'hparams', content }, dataClass: dataClassTensor };
  // The plugin reads its content only; a summary needs some value beside it.
  const tensor = { dtype: floatType, tensorShape: {}, floatVal: [0] };
  return encodeSummary(time, [{ tag: '_hparams_/session_start_info', metadata, tensor }]);
}

function describeValue(value: SettingValue): Readonly<Record<string, unknown>> {
  if (typeof value === 'number') return { numberValue: value };
  return typeof value === 'boolean' ? { boolValue: value } : { stringValue: value };
}

function encodeSummary(time: EventTime, value: readonly Readonly<Record<string, unknown>>[]): Uint8Array {
  return encodeEvent(time, { summary: { value } });
}

function encodeEvent({ wallTime, step }: EventTime, content: Readonly<Record<string, unknown>>): Uint8Array {
  return encodeRecord(eventMessages.encode('Event', { wallTime, step: BigInt(step), ...content }));
}

/** A record: length, its checksum, data, and their checksum; all numbers little-endian. */
export function encodeRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(8 + 4 + data.byteLength + 4);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.byteLength), true);
  view.setUint32(8, maskChecksum(computeCrc32c(record.subarray(0, 8))), true);
  record.set(data, 12);
  view.setUint32(12 + data.byteLength, maskChecksum(computeCrc32c(data)), true);
  return record;
}

/** Rotated right by 15 bits, plus a constant: a checksum of data that contains checksums would be weak. */
function maskChecksum(checksum: number): number {
  return (((checksum >>> 15) | (checksum << 17)) + 0xa282ead8) >>> 0;
}
