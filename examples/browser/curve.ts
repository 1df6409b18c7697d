// Learning curve on a canvas: mean return over steps, with the return that counts as solved.

export interface CurvePoint {
  readonly steps: number;
  readonly mean: number;
}

const [highest, solvedAt] = [500, 475];
const margin = 8;

export function drawCurve(canvas: HTMLCanvasElement, points: readonly CurvePoint[]): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const { width, height } = canvas;
  const lastSteps = points.at(-1)?.steps ?? 1;
  const toX = (steps: number): number => margin + ((width - 2 * margin) * steps) / lastSteps;
  const toY = (mean: number): number => height - margin - ((height - 2 * margin) * mean) / highest;
  context.clearRect(0, 0, width, height);
  context.strokeStyle = '#1a7f37';
  context.setLineDash([6, 4]);
  context.beginPath();
  context.moveTo(margin, toY(solvedAt));
  context.lineTo(width - margin, toY(solvedAt));
  context.stroke();
  context.setLineDash([]);
  context.strokeStyle = '#0b63ce';
  context.lineWidth = 2;
  context.beginPath();
  for (const { steps, mean } of points) context.lineTo(toX(steps), toY(mean));
  context.stroke();
  context.lineWidth = 1;
  context.fillStyle = '#555';
  context.fillText(`solved: ${solvedAt}`, margin, toY(solvedAt) - 4);
  context.textAlign = 'right';
  context.fillText(`${lastSteps.toLocaleString('en')} steps`, width - margin, height - margin);
  context.textAlign = 'left';
}
