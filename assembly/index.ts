// The kernels' public face: what load-kernels.ts binds.
export { denseForward, denseInputGradient, denseParameterGradient, transpose } from './dense';
export {
  categoricalGradient,
  categoricalLogProbabilities,
  categoricalMode,
  categoricalSample,
} from './categorical';
export { valueGradient } from './value-loss';
export { adam, addTo, rmsProp, scale, sumOfSquares } from './optimizers';
