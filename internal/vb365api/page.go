// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"strconv"
	"strings"
)

// pageSize is the number of results that the client asks for. A server can return fewer.
const pageSize = 1000

// page is one page of a list.
type page struct {
	results []json.RawMessage
	setID   string
	last    bool
}

// parsePage reads a page, or a list without pages.
func parsePage(body []byte) (page, error) {
	if bytes.HasPrefix(trimmed(body), []byte("[")) {
		p := page{last: true}
		return p, decode(body, '[', &p.results)
	}
	var doc struct {
		Limit   json.RawMessage    `json:"limit"`
		SetID   text               `json:"setId"`
		Results *[]json.RawMessage `json:"results"`
		Links   json.RawMessage    `json:"_links"`
	}
	if err := decode(body, '{', &doc); err != nil {
		return page{}, err
	}
	if doc.Results == nil {
		return page{}, errors.New("the response is not a page of a list: it has no results")
	}
	var links struct {
		Next json.RawMessage `json:"next"`
	}
	more := json.Unmarshal(doc.Links, &links) == nil && len(links.Next) > 0 && string(links.Next) != "null"
	p := page{results: *doc.Results, setID: string(doc.SetID)}
	// Without a limit in the response, only an empty page is known to be the last one.
	limit, err := strconv.Atoi(strings.Trim(string(doc.Limit), `"`))
	p.last = len(p.results) == 0 || !more && err == nil && len(p.results) < limit
	return p, nil
}

// paging says which parameters a list has for its pages.
type paging int

const (
	noPages   paging = iota
	plainPage        // limit and offset
	setPage          // limit, offset and setId
)

// pages reads all pages of a list and returns their results. The query of the request is not nil.
func (c *Client) pages(ctx context.Context, r *request, kind paging) ([]json.RawMessage, error) {
	query := maps.Clone(r.query)
	var all []json.RawMessage
	for {
		next := *r
		next.query = maps.Clone(query)
		if kind != noPages {
			next.query.Set("limit", strconv.Itoa(pageSize))
			next.query.Set("offset", strconv.Itoa(len(all)))
		}
		p, err := read(ctx, c, &next, parsePage)
		if err != nil {
			return nil, err
		}
		if len(p.results) > 0 && len(p.results) <= len(all) && bytes.Equal(p.results[0], all[len(all)-len(p.results)]) {
			return nil, r.fail(errors.New("the server returns the same page of the list again"))
		}
		all = append(all, p.results...)
		if p.last || kind == noPages {
			return all, nil
		}
		if kind == setPage && p.setID != "" {
			query.Set("setId", p.setID)
		}
	}
}
