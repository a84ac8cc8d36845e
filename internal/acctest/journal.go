// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
)

// Writes returns the requests in the journal that change something, as "METHOD path".
func (i *Instance) Writes() []string {
	var out []string
	for _, r := range i.simulated.Journal() {
		if r.IsWrite() {
			out = append(out, r.Method+" "+r.Path)
		}
	}
	return out
}

// WritesExactly checks which requests that change something are in the journal, and then empties the journal.
func (i *Instance) WritesExactly(want ...string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		got := i.Writes()
		i.simulated.ResetJournal()
		if !slices.Equal(got, want) {
			return fmt.Errorf("sent\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
		}
		return nil
	}
}

// holdsExactly checks what the server holds.
func holdsExactly[T any](holds func() []T, want []T) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if got := holds(); len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
			return fmt.Errorf("the server holds\n  %+v\nwant\n  %+v", got, want)
		}
		return nil
	}
}
