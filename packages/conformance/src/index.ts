// The cases, and what an adapter brings to be held to them. The samples that the cases are made of stay inside.

export type { ConformanceCase } from './conformance-case.js'
export type { Exemption, TestRunner } from './define-store-tests.js'
export { defineStoreTests } from './define-store-tests.js'
export { fillFixture } from './fixture.js'
export { storeCases } from './store-cases.js'
export type { FailingHandle, LentHandle, Line, Place, StoreHarness } from './store-harness.js'
