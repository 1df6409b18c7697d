// File handles of this process: how many there are, and how the parts of the server share them.
import { readdirSync } from 'node:fs';
import { z } from 'zod';
import { TooFewFileHandlesError } from './start-errors.ts';

export interface FileHandles {
  /** Handles have numbers below this limit. */
  readonly limit: number;
  /** Handles in use already, by Node and by the process that started this one. */
  readonly open: number;
}

export interface HandlePlan {
  readonly maxConnections: number;
  /** Maximum number of masters at the same time. */
  readonly maxMasters: number;
}

/** Database with its log and index, lock, listening socket; the rest is spare. */
const serverHandles = 8;
/** Files that are open for a moment: models, disk checks, SQLite's temporary files, a connection that is refused. */
const temporaryHandles = 8;
/** A channel for messages and one for output. */
const handlesPerMaster = 2;
/** Additional handles while a process is forked. */
const forkingHandles = 6;
/** A connection, and the file that it may be reading. */
const handlesPerConnection = 2;
const mastersShare = 1 / 4;
const minConnections = 2;

const reportSchema = z.object({ userLimits: z.object({ open_files: z.object({ soft: z.number() }) }) });

/** Counts the handles; null if the system sets no limit. */
export function countFileHandles(): FileHandles | null {
  // Otherwise the report would look up the names of connected machines.
  Object.assign(process.report, { excludeNetwork: true });
  const report = reportSchema.safeParse(process.report.getReport());
  if (!report.success) return null;
  const limit = report.data.userLimits.open_files.soft;
  return { limit, open: countOpen(limit) };
}

function countOpen(limit: number): number {
  try {
    // One of the entries is the handle that lists the directory.
    return readdirSync('/dev/fd').filter((number) => Number(number) < limit).length - 1;
  } catch {
    // No handle was left to list the directory.
    return limit;
  }
}

/** Divides the handles among the parts of the server. Throws if there are too few. */
export function planFileHandles({ limit, open }: FileHandles, wanted: HandlePlan): HandlePlan {
  const available = limit - open - serverHandles - temporaryHandles - forkingHandles;
  const least = handlesPerMaster + minConnections * handlesPerConnection;
  if (available < least) throw new TooFewFileHandlesError(limit, limit - available + least);
  const forMasters = Math.max(1, Math.floor((available * mastersShare) / handlesPerMaster));
  const maxMasters = Math.min(wanted.maxMasters, forMasters);
  const forConnections = Math.floor((available - maxMasters * handlesPerMaster) / handlesPerConnection);
  return { maxConnections: Math.min(wanted.maxConnections, forConnections), maxMasters };
}
