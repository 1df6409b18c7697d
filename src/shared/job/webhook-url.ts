// Address of a webhook.
import { z } from 'zod';

export const webhookUrlSchema = z
  .string()
  .max(2000)
  .refine(
    isWebhookUrl,
    'must be an address such as https://ci.example.com/a3c, without user name, password and fragment',
  );

function isWebhookUrl(text: string): boolean {
  // The parser drops line breaks and tabs, which people would not see.
  if (!/^https?:\/\/[^\s\p{C}\\]+$/u.test(text) || !URL.canParse(text)) return false;
  const { username, password, hash } = new URL(text);
  return username === '' && password === '' && hash === '' && !text.endsWith('#');
}
