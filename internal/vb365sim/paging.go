// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365sim

import (
	"fmt"
	"net/url"
	"strconv"

	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
)

const (
	defaultLimit = 30
	maxLimit     = 10_000
	maxSets      = 1_000 // result sets that the server remembers

	// organizationsPath has pages since v8, but no version of its schema has the parameter setId.
	organizationsPath = "organizations"
)

// arrange brings a list into the order of the options.
func (s *Server) arrange(list []object) {
	s.lists++
	simkit.Arrange(list, s.opts.ListOrder, s.lists)
}

// page returns a page of the list. A request without setId makes a set of the list, and later pages are cut from it.
func (s *Server) page(c *call, list []object, path string) response {
	limit, err := c.number("limit", defaultLimit, 1, maxLimit)
	if err != nil {
		return s.invalid(c, err)
	}
	offset, err := c.number("offset", 0, 0, 1<<31-1)
	if err != nil {
		return s.invalid(c, err)
	}
	setID := c.query.Get("setId")
	if setID == "" {
		setID = simkit.NewGUID()
		s.remember(setID, list)
	}
	set, known := s.sets[setID]
	if !known {
		return s.invalid(c, fmt.Errorf("there is no result set %q", setID))
	}
	limit = min(limit, s.opts.MaxPage)
	size := limit
	if s.opts.ShortPages && !s.opts.OmitPageLinks {
		size = (limit + 1) / 2
	}
	first := min(offset, len(set))
	last := min(first+size, len(set))
	out := object{"offset": offset, "limit": limit, "setId": setID, "results": set[first:last]}
	if c.version < 8 {
		out["totalCount"] = len(set)
	}
	if !s.opts.OmitPageLinks {
		out["_links"] = pageLinks(c, path, limit, setID, offset, last, len(set))
	}
	return document(out)
}

// remember adds a result set and forgets the oldest one if there are too many.
func (s *Server) remember(setID string, list []object) {
	if len(s.setIDs) == maxSets {
		delete(s.sets, s.setIDs[0])
		s.setIDs = s.setIDs[1:]
	}
	s.sets[setID], s.setIDs = list, append(s.setIDs, setID)
}

func pageLinks(c *call, path string, limit int, setID string, offset, last, total int) object {
	at := func(offset int) string {
		query := url.Values{"limit": {strconv.Itoa(limit)}, "offset": {strconv.Itoa(offset)}}
		if path != organizationsPath {
			query.Set("setId", setID)
		}
		return c.href(path) + "?" + query.Encode()
	}
	hrefs := map[string]string{"first": at(0)}
	if offset > 0 {
		hrefs["prev"] = at(max(0, offset-limit))
	}
	if last < total {
		hrefs["next"] = at(last)
	}
	return links(hrefs)
}

// number returns a parameter of the query that is a number.
func (c *call) number(name string, absent, least, most int) (int, error) {
	text := c.query.Get(name)
	if text == "" {
		return absent, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		return 0, fmt.Errorf("the value %q of %s is not a number from %d to %d", text, name, least, most)
	}
	return n, nil
}
