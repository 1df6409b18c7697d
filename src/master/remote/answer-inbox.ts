// Answers to workers on other machines.
import type { Msg } from '@nats-io/transport-node';
import type { ClaimAnswer, Offer } from '../../shared/nats/claim.ts';

/**
 * Answers a question of a worker. A question may name any subject for its answer, also one that its sender may not
 * write to and the master may, such as the reports of a job: only inboxes get answers.
 */
export function answerInbox(message: Msg, answer: Offer | ClaimAnswer): void {
  if (message.reply?.startsWith('_INBOX.') === true) message.respond(JSON.stringify(answer));
}
