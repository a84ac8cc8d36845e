// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package rules

import (
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/rulekit/ruletest"
)

func TestIndex_IsComplete(t *testing.T) { ruletest.CheckIndex(t) }
