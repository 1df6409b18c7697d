import { chromium } from 'playwright-core';
const [url, ...steps] = process.argv.slice(2);
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const p = await b.newPage({ viewport: { width: 1280, height: 900 } });
p.on('console', (m) => { if (m.type() === 'error' || m.type()==='warning') console.log('console', m.text()); });
p.on('pageerror', (e) => console.log('pageerror', e.message));
await p.goto(url);
for (const s of steps) {
  const [k, v] = s.split('=', 2);
  if (k === 'wait') await p.waitForTimeout(Number(v));
  if (k === 'hash') await p.evaluate((h) => { location.hash = h; }, s.slice(5));
  if (k === 'click') await p.click(s.slice(6));
  if (k === 'shot') await p.screenshot({ path: v, fullPage: true });
  if (k === 'phone') await p.setViewportSize({ width: 390, height: 800 });
  if (k === 'text') console.log(await p.innerText(s.slice(5)));
}
await b.close();
