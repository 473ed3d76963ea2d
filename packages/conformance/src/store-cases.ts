import { absentValueCases } from './cases/absent-values.js'
import { associationEndCases } from './cases/association-ends.js'
import { associationSetCases } from './cases/association-sets.js'
import { atomicityCases } from './cases/atomicity.js'
import { changeFeedCases } from './cases/change-feed.js'
import { compareAndSetCases } from './cases/compare-and-set.js'
import { forgottenRunCases } from './cases/forgotten-runs.js'
import { historyCases } from './cases/history.js'
import { historyGapCases } from './cases/history-gaps.js'
import { historyMoveCases } from './cases/history-moves.js'
import { historyPlaceCases } from './cases/history-places.js'
import { labelledViewCases } from './cases/labelled-views.js'
import { leaseCases } from './cases/leases.js'
import { lostAssociationCases } from './cases/lost-associations.js'
import { migrationCases } from './cases/migrations.js'
import { nastyTextCases } from './cases/nasty-text.js'
import { openingCases } from './cases/opening.js'
import { otherReadCases } from './cases/other-reads.js'
import { portalCases } from './cases/portals.js'
import { pruningCases } from './cases/pruning.js'
import { referencePlaceCases } from './cases/reference-places.js'
import { referenceSetCases } from './cases/reference-sets.js'
import { referenceValueCases } from './cases/reference-values.js'
import { rowFilterCases } from './cases/row-filters.js'
import { rowReadCases } from './cases/row-reads.js'
import { tombstoneCases } from './cases/tombstones.js'
import { unchangedRowCases } from './cases/unchanged-rows.js'
import { upgradeCases } from './cases/upgrades.js'
import { valueCases } from './cases/values.js'
import { versionCases } from './cases/versions.js'
import type { ConformanceCase } from './conformance-case.js'

/** The cases, in the order of the invariants. */
export const storeCases: readonly ConformanceCase[] = [
  ...atomicityCases,
  ...compareAndSetCases,
  ...versionCases,
  ...unchangedRowCases,
  ...absentValueCases,
  ...associationSetCases,
  ...associationEndCases,
  ...lostAssociationCases,
  ...tombstoneCases,
  ...valueCases,
  ...nastyTextCases,
  ...portalCases,
  ...migrationCases,
  ...upgradeCases,
  ...openingCases,
  ...rowReadCases,
  ...otherReadCases,
  ...changeFeedCases,
  ...forgottenRunCases,
  ...leaseCases,
  ...rowFilterCases,
  ...pruningCases,
  ...referenceSetCases,
  ...referenceValueCases,
  ...referencePlaceCases,
  ...labelledViewCases,
  ...historyCases,
  ...historyPlaceCases,
  ...historyMoveCases,
  ...historyGapCases,
]
