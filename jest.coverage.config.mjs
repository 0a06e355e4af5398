import base from './jest.config.mjs';

/** The steps by their own tests, and how much of them these reach. No file is left out. */
export default {
  ...base,
  testMatch: ['<rootDir>/test/steps/**/*.test.ts'],
  collectCoverage: true,
  coverageProvider: 'v8',
  collectCoverageFrom: ['steps/**/*.ts'],
  coverageDirectory: '.local/coverage',
  coverageReporters: ['text'],
  coverageThreshold: { global: { branches: 95 } },
};
