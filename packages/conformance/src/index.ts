// The cases, and the interfaces of a harness. The samples that the cases use are internal.

export type { ConformanceCase } from './conformance-case.js'
export type { Exemption, TestRunner } from './define-store-tests.js'
export { defineStoreTests } from './define-store-tests.js'
export { fillFixture } from './fixture.js'
export { storeCases } from './store-cases.js'
export type { FailingHandle, LentHandle, Line, Place, StoreHarness } from './store-harness.js'
