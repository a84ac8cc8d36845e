// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365sim

import (
	"errors"
	"fmt"
	"path"
	"strings"
)

// collections are the names of the types in links.
var collections = map[string]string{typeUser: "users", typeGroup: "groups", typeSite: "sites", typeTeam: "teams"}

func (s *Server) listOrganizations(c *call) response {
	if err := c.checkExtendedView(); err != nil {
		return s.invalid(c, err)
	}
	all := make([]object, 0, len(s.store.organizations))
	for _, o := range s.store.organizations {
		all = append(all, s.organization(c, o))
	}
	s.arrange(all)
	if c.version >= 8 {
		return s.page(c, all, organizationsPath)
	}
	return document(all)
}

func (s *Server) getOrganization(c *call) response {
	if err := c.checkExtendedView(); err != nil {
		return s.invalid(c, err)
	}
	o := s.store.Organization(c.vars[0])
	if o == nil {
		return s.notFound(c, "Organization", c.vars[0])
	}
	return document(s.organization(c, o))
}

// checkExtendedView requires the parameter in v6, whose schema does.
func (c *call) checkExtendedView() error {
	view := c.query.Get("extendedView")
	if view == "" && c.version >= 7 {
		return nil
	}
	return oneOf("extendedView", view, "true", "false")
}

func (s *Server) organization(c *call, o *Organization) object {
	self := c.href("organizations/" + o.ID)
	out := object{
		"id": o.ID, "name": o.Name, "officeName": o.OfficeName, "type": o.Type, "isBackedup": true,
		"_links": links(map[string]string{
			"self": self, "users": self + "/users", "groups": self + "/groups", "sites": self + "/sites",
			"teams": self + "/teams", "rbacRoles": self + "/rbacRoles",
		}),
	}
	if o.Type != organizationOnPremises {
		out["region"] = "Worldwide"
		out["isExchangeOnline"], out["isSharePointOnline"], out["isTeamsOnline"] = true, true, true
	}
	if o.Type != organizationCloud {
		out["isExchange"], out["isSharepoint"] = true, true
	}
	if c.version >= 7 {
		out["description"] = ""
	}
	return out
}

func (s *Server) listObjects(c *call, objectType string) response {
	o := s.store.Organization(c.vars[0])
	if o == nil {
		return s.notFound(c, "Organization", c.vars[0])
	}
	if err := c.checkDirectoryQuery(); err != nil {
		return s.invalid(c, err)
	}
	found := []object{}
	for _, candidate := range o.Objects {
		if candidate.Type == objectType && s.passes(c, candidate) {
			found = append(found, s.directoryObject(c, o, candidate))
		}
	}
	s.arrange(found)
	return s.page(c, found, "organizations/"+o.ID+"/"+collections[objectType])
}

func (s *Server) getObject(c *call, objectType string) response {
	o := s.store.Organization(c.vars[0])
	if o == nil {
		return s.notFound(c, "Organization", c.vars[0])
	}
	if err := c.checkDirectoryQuery(); err != nil {
		return s.invalid(c, err)
	}
	found := o.Object(objectType, c.vars[1])
	if found == nil {
		return s.notFound(c, objectType, c.vars[1])
	}
	return document(s.directoryObject(c, o, found))
}

// checkDirectoryQuery checks the values of the parameters that are enumerations.
func (c *call) checkDirectoryQuery() error {
	locations := []string{"Cloud", "OnPremises", "Hybrid", "CloudOrHybrid", "OnPremisesOrHybrid", "Any", ""}
	return errors.Join(
		oneOf("locationFilter", c.query.Get("locationFilter"), locations...),
		oneOf("dataSource", c.query.Get("dataSource"), "PreferLocal", "Production", "PreferLocalResynced", ""),
		oneOf("includePersonalSites", c.query.Get("includePersonalSites"), "true", "false", ""),
	)
}

// passes reports whether the filters of the query let the object through.
func (s *Server) passes(c *call, o *Object) bool {
	location := c.query.Get("locationFilter")
	if location != "" && location != "Any" && !strings.Contains(location, o.Location) {
		return false
	}
	if o.Type == typeSite {
		keyword := strings.ToLower(c.query.Get("filter"))
		found := strings.Contains(strings.ToLower(o.Name), keyword) ||
			strings.Contains(strings.ToLower(o.DisplayName), keyword)
		return found && (!o.Personal || c.query.Get("includePersonalSites") == "true")
	}
	name := c.query.Get("userName")
	if o.Type == typeGroup {
		name = c.query.Get("groupName")
	}
	return s.opts.Filters.match(name, o.Name) && s.opts.Filters.match(c.query.Get("displayName"), o.DisplayName)
}

// match reports whether a filter lets a text through. An empty filter lets everything through.
func (f Filters) match(filter, text string) bool {
	filter, text = strings.ToLower(filter), strings.ToLower(text)
	switch {
	case filter == "" || f == FiltersIgnored:
		return true
	case strings.ContainsAny(filter, "*?"):
		// path.Match has two more special characters, and its wildcards do not match a slash.
		escape := strings.NewReplacer(`\`, `\\`, "[", `\[`, "/", "|")
		matched, err := path.Match(escape.Replace(filter), strings.ReplaceAll(text, "/", "|"))
		return err == nil && matched
	case f == FiltersContain:
		return strings.Contains(text, filter)
	}
	return filter == text
}

// directoryObject returns an object as the directory shows it. Its properties differ from those in roles.
func (s *Server) directoryObject(c *call, organization *Organization, o *Object) object {
	out := o.nested()
	self := c.href("organizations/" + organization.ID + "/" + collections[o.Type] + "/" + o.ID)
	out["_links"] = links(map[string]string{"self": self, "organization": c.href("organizations/" + organization.ID)})
	switch o.Type {
	case typeUser:
		out["type"], out["locationType"] = o.Kind, o.Location
	case typeGroup:
		out["locationType"] = o.Location
		if o.Name == "" && c.version < 8 {
			out["name"] = ""
			if s.opts.OmitGroupNames {
				delete(out, "name")
			}
		}
	case typeSite:
		out["name"], out["isAvailable"] = path.Base(o.Name), true
	case typeTeam:
		if o.Description == "" {
			delete(out, "description")
		}
	}
	if c.version < 7 {
		delete(out, "onPremisesSid")
	}
	if c.version >= 8 {
		out["eTag"] = nil
	}
	return out
}

// href returns a link, which contains the version but not the server.
func (c *call) href(path string) string { return fmt.Sprintf("/v%d/%s", c.version, path) }

// oneOf returns an error if the value of the parameter is none of the allowed ones.
func oneOf(name, value string, allowed ...string) error {
	for _, a := range allowed {
		if value == a {
			return nil
		}
	}
	return fmt.Errorf("the value %q of %s is not valid", value, name)
}
