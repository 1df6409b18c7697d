// Exports of the kernel module, which instantiate-kernels.ts binds.
export { denseForward, denseForwardAll } from './dense-forward';
export { denseHeadGradient } from './dense-head-gradient';
export { denseInputGradient, transpose } from './dense-input-gradient';
export { denseParameterGradient } from './dense-parameter-gradient';
export { convolutionForward } from './convolution-forward';
export { convolutionInputGradient } from './convolution-input-gradient';
export { convolutionParameterGradient } from './convolution-parameter-gradient';
export { addToStates, joinStates, lstmCell, lstmCellGradient } from './lstm';
export { categoricalAct, categoricalGradient, categoricalLogProbability } from './categorical';
export { clippedSurrogate, clippedValueGradient } from './clipped-loss';
export { deterministicAct } from './deterministic';
export {
  gaussianAct,
  gaussianGradient,
  gaussianLogProbability,
  gaussianStateDependentAct,
  gaussianStateDependentGradient,
  gaussianStateDependentLogProbability,
} from './gaussian';
export { gsdeAct, gsdeGradient, gsdeLogProbability } from './gsde';
export { normalize } from './normalize';
export { valueGradient } from './value-loss';
export { adam, addTo, blend, clear, clipValues, rmsProp, scale, sumOfSquares } from './optimizers';
