// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {PRBTest} from "@prb/test/PRBTest.sol";
import {ContentRoot} from "../../src/types/ContentRoot.sol";
import {ContextDigest} from "../../src/types/ContextDigest.sol";
import {KeyDigest} from "../../src/types/KeyDigest.sol";
import {Payee} from "../../src/types/Payee.sol";
import {RegistryRoot} from "../../src/types/RegistryRoot.sol";
import {RunCommitment} from "../../src/types/RunCommitment.sol";
import {RunId} from "../../src/types/RunId.sol";
import {TermsHash} from "../../src/types/TermsHash.sol";
import {TrancheId} from "../../src/types/TrancheId.sol";
import {UsageCommitment} from "../../src/types/UsageCommitment.sol";

/// @dev Assertions over the contracts' value types.
abstract contract TypedTest is PRBTest {
    function assertEq(ContentRoot a, ContentRoot b) internal {
        assertEq(ContentRoot.unwrap(a), ContentRoot.unwrap(b));
    }

    function assertEq(ContextDigest a, ContextDigest b) internal {
        assertEq(ContextDigest.unwrap(a), ContextDigest.unwrap(b));
    }

    function assertEq(KeyDigest a, KeyDigest b) internal {
        assertEq(KeyDigest.unwrap(a), KeyDigest.unwrap(b));
    }

    function assertEq(Payee[] memory a, Payee[] memory b) internal {
        assertEq(abi.encode(a), abi.encode(b));
    }

    function assertEq(RegistryRoot a, RegistryRoot b) internal {
        assertEq(RegistryRoot.unwrap(a), RegistryRoot.unwrap(b));
    }

    function assertEq(RunCommitment a, RunCommitment b) internal {
        assertEq(RunCommitment.unwrap(a), RunCommitment.unwrap(b));
    }

    function assertEq(RunId a, RunId b) internal {
        assertEq(RunId.unwrap(a), RunId.unwrap(b));
    }

    function assertEq(TermsHash a, TermsHash b) internal {
        assertEq(TermsHash.unwrap(a), TermsHash.unwrap(b));
    }

    function assertEq(TrancheId a, TrancheId b) internal {
        assertEq(TrancheId.unwrap(a), TrancheId.unwrap(b));
    }

    function assertEq(UsageCommitment a, UsageCommitment b) internal {
        assertEq(UsageCommitment.unwrap(a), UsageCommitment.unwrap(b));
    }

    function assertNotEq(ContextDigest a, ContextDigest b) internal {
        assertNotEq(ContextDigest.unwrap(a), ContextDigest.unwrap(b));
    }

    function assertNotEq(RunId a, RunId b) internal {
        assertNotEq(RunId.unwrap(a), RunId.unwrap(b));
    }

    function assertNotEq(TrancheId a, TrancheId b) internal {
        assertNotEq(TrancheId.unwrap(a), TrancheId.unwrap(b));
    }
}
