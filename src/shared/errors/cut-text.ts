// Shortens texts of unknown length and says how much is missing. A text that was cut fits the limit it was cut to, so
// that cutting it again changes nothing.

/** Room for the words that count what was left out. */
const noteLength = 40;

/** The beginning of a text longer than `limit`, and how many characters more there were. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const head = takeHead(text, limit - noteLength);
  return head + countRest(text.length - head.length);
}

/** Beginning and end of a text longer than `limit`: what matters of a stack stands behind the message. */
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

/** Half a surrogate pair is no character. */
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
