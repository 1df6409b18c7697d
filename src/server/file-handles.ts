// How many file handles this process may have, and how they are shared out so that no part of the server lacks one.
import { readdirSync } from 'node:fs';
import { z } from 'zod';
import { TooFewFileHandlesError } from './start-errors.ts';

export interface FileHandles {
  /** Handles have numbers below this. */
  readonly limit: number;
  /** Taken already, by Node and by what started this process. */
  readonly open: number;
}

export interface HandlePlan {
  readonly maxConnections: number;
  /** Masters that may be there at a time. */
  readonly maxMasters: number;
}

/** Database with its log and index, lock, listening socket; the rest to spare. */
const serverHandles = 8;
/** Files that are open for a moment: models, probes of the disk, what SQLite sorts, a socket about to be refused. */
const passingHandles = 8;
/** A channel for messages and one for output. */
const handlesPerMaster = 2;
/** More of them while a process is forked. */
const forkingHandles = 6;
/** A connection, and the file that it may be reading. */
const handlesPerConnection = 2;
const mastersShare = 1 / 4;
const leastConnections = 2;

const reportSchema = z.object({ userLimits: z.object({ open_files: z.object({ soft: z.number() }) }) });

/** Null where the system sets no limit. */
export function countFileHandles(): FileHandles | null {
  // Or the report would look up the names of connected machines.
  Object.assign(process.report, { excludeNetwork: true });
  const report = reportSchema.safeParse(process.report.getReport());
  if (!report.success) return null;
  const limit = report.data.userLimits.open_files.soft;
  return { limit, open: countOpen(limit) };
}

function countOpen(limit: number): number {
  try {
    // One of them is that by which they are listed.
    return readdirSync('/dev/fd').filter((number) => Number(number) < limit).length - 1;
  } catch {
    // Not even one was left to list them by.
    return limit;
  }
}

/** Shares out the handles; throws where there are too few to work with. */
export function planFileHandles({ limit, open }: FileHandles, wanted: HandlePlan): HandlePlan {
  const available = limit - open - serverHandles - passingHandles - forkingHandles;
  const least = handlesPerMaster + leastConnections * handlesPerConnection;
  if (available < least) throw new TooFewFileHandlesError(limit, limit - available + least);
  const forMasters = Math.max(1, Math.floor((available * mastersShare) / handlesPerMaster));
  const maxMasters = Math.min(wanted.maxMasters, forMasters);
  const forConnections = Math.floor((available - maxMasters * handlesPerMaster) / handlesPerConnection);
  return { maxConnections: Math.min(wanted.maxConnections, forConnections), maxMasters };
}
