// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faultkit

import (
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest/memnet"
	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
)

// downtime is how long a restarting server refuses connections: less time than the retries of a request take.
const downtime = 2 * time.Second

// The names of faults of the server process and the network, which break connections.
const (
	Restarts = "the server restarts"
	Vanish   = "the connections vanish"
)

// SoakFaults returns the faults of a soak: those that break connections, more, and those of the matrix, except for
// those that need an option of the server.
func SoakFaults(matrix []Fault, more ...Fault) []Fault {
	all := append([]Fault{{Name: Restarts, Session: true}, {Name: Vanish}}, more...)
	for _, f := range matrix {
		if f.UnknownSession == 0 {
			all = append(all, f)
		}
	}
	return all
}

// Severing returns the fault that breaks the connections of a network at the matching request after the first skip
// ones. It reports false if f is another fault. The server ends its sessions with endSessions, and severed is called
// when the connections break.
func (f Fault) Severing(
	network *memnet.Listener, matches func(simkit.Request) bool, skip int, endSessions, severed func(),
) (simkit.Fault, bool) {
	switch f.Name {
	case Restarts:
		return simkit.Fault{Match: once(matches, skip, func() {
			severed()
			endSessions()
			network.Refuse(true)
			network.Reset()
			time.AfterFunc(downtime, func() { network.Refuse(false) })
		})}, true
	case Vanish:
		return simkit.Fault{Match: once(matches, skip, func() { severed(); network.Vanish() })}, true
	}
	return simkit.Fault{}, false
}

// once returns a function that calls do at the matching request after the first skip ones. It never matches a request
// itself.
func once(matches func(simkit.Request) bool, skip int, do func()) func(simkit.Request) bool {
	seen := 0
	return func(q simkit.Request) bool {
		if matches(q) {
			if seen++; seen == skip+1 {
				do()
			}
		}
		return false
	}
}
