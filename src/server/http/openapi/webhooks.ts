// The section `webhooks` of the OpenAPI document: the request that the server posts to addresses of its users.
import { webhookHeaders } from '../../../shared/api/webhook.ts';
import type { Json } from './merge-variants.ts';

function describeHeader(name: string, description: string): Json {
  return { name, in: 'header', required: true, description, schema: { type: 'string' } };
}

export const webhooks: Readonly<Record<string, Json>> = {
  'job.state': {
    post: {
      operationId: 'postJobState',
      tags: ['webhooks'],
      summary: 'The state of a job has changed',
      description:
        'Posted to the addresses of the settings and to `webhook` of the job. It may come more than once, and in another ' +
        'order than the changes (docs/integrations.md).',
      // It is the receiver who checks the signature.
      security: [],
      parameters: [
        describeHeader(webhookHeaders.delivery, 'Id of the delivery, as in the body'),
        describeHeader(
          webhookHeaders.signature,
          '`t=SECONDS,v1=HEX`: when it was sent, and the HMAC-SHA256 of `SECONDS.BODY` with the secret of the server',
        ),
      ],
      requestBody: {
        required: true,
        content: { 'application/json': { schema: { $ref: '#/components/schemas/WebhookPayload' } } },
      },
      responses: {
        '2XX': { description: 'Received. The body is not read' },
        '410': { description: 'The receiver wants no more of this change: it is not tried again' },
        '4XX': { description: 'Tried again, for about four hours' },
        '5XX': { description: 'Tried again, for about four hours' },
      },
    },
  },
};
