/** What random tests start from: in CI always the same, so that a change fails for what it changes; elsewhere a new one each time. */
export const newSeed = (): number => (process.env.CI ? 20_261_129 : Date.now() % 1_000_000_000);
