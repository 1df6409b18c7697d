// Route of the deliveries of a job's webhooks.
import { z } from 'zod';
import { deliveryListSchema, type Delivery } from '../../../shared/api/webhook.ts';
import type { DeliveryRecord } from '../../store/delivery-store.ts';
import { problemResponses } from '../problems/problem.ts';
import type { App, Services } from '../services.ts';
import { jobParametersSchema, parseJobId } from './job-parameters.ts';
import { queryInteger } from './query-integer.ts';

const querySchema = z.strictObject({
  limit: queryInteger(z.int().min(1).max(1000).default(100)).describe('Maximum number of deliveries'),
});

export function registerDeliveryRoutes(app: App, { jobs, store }: Services): void {
  app.get('/jobs/:id/deliveries', {
    schema: {
      operationId: 'listDeliveries',
      tags: ['jobs'],
      summary: 'List the deliveries of webhooks, newest first',
      description: 'Those that are pending, and the newest of the others.',
      params: jobParametersSchema,
      querystring: querySchema,
      response: { 200: deliveryListSchema.describe('The deliveries'), ...problemResponses },
    },
    handler: ({ params, query: { limit } }) => {
      const { id } = jobs.get(parseJobId(params));
      return { data: store.deliveries.list(id, limit).map(presentDelivery) };
    },
  });
}

/** The path of an address often contains a key, so only the host is shown. */
function presentDelivery({ url, nextAttemptAt, ...delivery }: DeliveryRecord): Delivery {
  return {
    ...delivery,
    host: new URL(url).host,
    nextAttemptAt: delivery.state === 'pending' ? new Date(nextAttemptAt).toISOString() : null,
  };
}
