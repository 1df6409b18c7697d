/** Interpreter that steps environments of Gymnasium, if none is named. */
export const defaultPython = 'python3';
