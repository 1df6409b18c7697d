// Text shortening that says how much is missing. A cut text fits its limit, so cutting it again changes nothing.

/** Space for the words that count the omitted characters. */
const noteLength = 40;

/** Returns the beginning of a text longer than `limit`, and the number of omitted characters. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const head = takeHead(text, limit - noteLength);
  return head + countRest(text.length - head.length);
}

/**
 * Returns the beginning and the end of a text longer than `limit`: in a stack, the important part follows the
 * message.
 */
export function cutMiddle(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const half = Math.floor((limit - noteLength) / 2);
  const head = takeHead(text, half);
  const tail = takeTail(text, half);
  return `${head}${countRest(text.length - head.length - tail.length)} …${tail}`;
}

function countRest(characters: number): string {
  return `… ${characters.toLocaleString('en')} more characters`;
}

/** Does not split a surrogate pair. */
function takeHead(text: string, length: number): string {
  return text.slice(0, isHighSurrogate(text.charCodeAt(length - 1)) ? length - 1 : length);
}

function takeTail(text: string, length: number): string {
  const start = text.length - length;
  return text.slice(isHighSurrogate(text.charCodeAt(start - 1)) ? start + 1 : start);
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
