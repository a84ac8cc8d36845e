// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

import (
	"net/url"
	"strconv"

	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
)

// collection returns a collection of entities or, if the client gets them instead, of references.
func (s *Server) collection(c *call, name string, kids []element) response {
	if c.wantsEntities() {
		return entity(s.listOf(c, name, name, kids))
	}
	return entity(s.listOf(c, "EntityReferences", "Refs", kids))
}

// listOf returns a list, or the page of it that the client wants, in the order of the options.
func (s *Server) listOf(c *call, name, plural string, kids []element) element {
	s.lists++
	simkit.Arrange(kids, s.opts.ListOrder, s.lists)
	return s.paged(c, listOf(name, plural, kids))
}

// paged returns a page of a list with its PagingInfo, in the form of the query service.
func (s *Server) paged(c *call, list element) element {
	size := s.opts.PageSize
	if size == 0 {
		return list
	}
	pages := max(1, (len(list.kids)+size-1)/size)
	page, err := strconv.Atoi(c.query.Get("page"))
	if err != nil || page < 1 || page > pages {
		page = 1
	}
	list.kids = list.kids[(page-1)*size : min(page*size, len(list.kids))]
	to := []element{s.pageLink(c, "First", 1), s.pageLink(c, "Last", pages)}
	if page < pages {
		to = append(to, s.pageLink(c, "Next", page+1))
	}
	list.after = []element{
		el("PagingInfo", links(to...)).attr("PageNum", page).attr("PageSize", size).attr("PagesCount", pages),
	}
	return list
}

func (s *Server) pageLink(c *call, rel string, page int) element {
	query := url.Values{"page": {strconv.Itoa(page)}}
	if c.wantsEntity() {
		query.Set("format", "Entity")
	}
	below, _ := belowAPI(c.http.URL.Path)
	return link(rel, "", s.href(below)+"?"+query.Encode())
}
