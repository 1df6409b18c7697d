// Name of an artifact's manifest, for readers that load no schemas.
export const manifestName = 'manifest.json';
