// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package role

import (
	"encoding/csv"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// permission is a row of a table in the guide: what the roles may do in an area.
type permission struct{ area, what string }

// operations reads testdata/operations.csv: each operation of the page "Security roles" of the Enterprise Manager REST
// API reference (version 13.0.1.1071), with the roles that may use it and the row of the guide that it belongs to. The
// data is taken from that page, not from the guide.
func operations(t *testing.T) (roles []string, rows [][]string) {
	t.Helper()
	file, err := os.Open("testdata/operations.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	all, err := csv.NewReader(file).ReadAll()
	if err != nil || len(all) < 2 {
		t.Fatalf("%d rows, %v", len(all), err)
	}
	return all[0][3:], all[1:]
}

// guide is what the tables of the guide say.
type guide struct {
	roles     []string                // in the order of the columns
	order     []permission            // of the rows
	allowed   map[permission][]string // yes or no for each role
	resources map[string][]string     // of the REST API, by area
}

func readGuide(t *testing.T) guide {
	t.Helper()
	content, err := os.ReadFile("../../../templates/guides/security-roles.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	_, text, found := strings.Cut(string(content), "## What Each Role May Do")
	if !found {
		t.Fatal("the guide has no tables")
	}
	g := guide{allowed: map[permission][]string{}, resources: map[string][]string{}}
	area, columns := "", map[string]string{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		switch {
		case strings.HasPrefix(line, "### "):
			area = strings.TrimPrefix(line, "### ")
		case !strings.HasPrefix(line, "| "):
			for _, resource := range regexp.MustCompile("`(/[^`]+)`").FindAllStringSubmatch(line, -1) {
				g.resources[area] = append(g.resources[area], resource[1])
			}
		case strings.HasPrefix(line, "| ---"):
		case area == "": // the table of the columns
			columns[cells[0]] = cells[1]
		case strings.HasPrefix(line, "| | "):
			g.roles = nil
			for _, column := range cells {
				g.roles = append(g.roles, columns[column])
			}
		default:
			row := permission{area, cells[0]}
			g.order = append(g.order, row)
			g.allowed[row] = cells[1:]
		}
	}
	return g
}

func TestGuide_SaysWhatTheVendorsPageSaysAboutEachOperation(t *testing.T) {
	roles, rows := operations(t)
	got := readGuide(t)
	if !slices.Equal(got.roles, roles) {
		t.Errorf("the columns of the guide are %q, want %q", got.roles, roles)
	}
	var order []permission
	for _, row := range rows {
		p, operation, want := permission{row[0], row[1]}, row[2], row[3:]
		if !slices.Contains(order, p) {
			order = append(order, p)
		}
		if !slices.Equal(got.allowed[p], want) {
			t.Errorf("%s, %s:\n%s is for\n  %q\nand the guide says\n  %q", p.area, p.what, operation, want, got.allowed[p])
		}
	}
	if !slices.Equal(got.order, order) {
		t.Errorf("the guide has the rows\n%q\nwant\n%q", got.order, order)
	}
}

func TestGuide_NamesTheResourcesOfEachArea(t *testing.T) {
	_, rows := operations(t)
	named, used := readGuide(t).resources, map[string]bool{}
	for _, row := range rows {
		area, path := row[0], row[2][strings.Index(row[2], "/"):]
		if strings.HasPrefix(path, "/query") {
			continue // finds objects of every area
		}
		i := slices.IndexFunc(named[area], func(resource string) bool {
			rest, found := strings.CutPrefix(path, resource)
			return found && (rest == "" || strings.ContainsAny(rest[:1], "/? "))
		})
		if i < 0 {
			t.Errorf("%s: the guide names %q, but not the resource of %s", area, named[area], row[2])
			continue
		}
		used[area+named[area][i]] = true
	}
	for area, resources := range named {
		for _, resource := range resources {
			if !used[area+resource] {
				t.Errorf("%s: the guide names %s, which no operation needs", area, resource)
			}
		}
	}
}

// What the text of the guide says about these operations, written independently of the tables.
func TestOperations_AreForTheRolesThatTheGuideWarnsAbout(t *testing.T) {
	roles, rows := operations(t)
	operators := []string{
		"VM Restore Operator", "File Restore Operator", "Exchange Restore Operator", "Oracle Restore Operator",
		"SQL Restore Operator",
	}
	vmAndFile := operators[:2]
	withUser := []string{"Portal User", "VM Restore Operator", "File Restore Operator"}
	for operation, want := range map[string][]string{
		"/security (all)":                                  {},
		"/jobs (all)":                                      {},
		"POST /backupSessions/{ID}?action=stop":            {},
		"POST /failoverPlans/{ID}?action=start":            operators,
		"POST /failoverPlans/{ID}?action=undo":             operators,
		"POST /vmReplicaPoints/{ID}?action=failover":       withUser,
		"POST /cloud/cloudFailoverPlans/{ID}?action=start": vmAndFile,
		"POST /cloud/cloudFailoverPlans/{ID}?action=test":  vmAndFile,
		"POST /cloud/cloudFailoverPlans/{ID}?action=undo":  vmAndFile,
		"POST /vmRestorePoints/{ID}?action=restore":        {"VM Restore Operator"},
		"POST /vmRestorePoints/{ID}/mounts":                {"File Restore Operator"},
		"POST /vmReplicaPoints/{ID}/mounts":                {"File Restore Operator"},
		"POST /agents/agentRestorePoints/{ID}/mounts":      {"File Restore Operator"},
		"/vAppRestorePoints (all)":                         withUser,
		"GET /vmRestorePoints":                             withUser,
		"POST /backupServers/{ID}?action=veeamzip":         {"Portal User"},
		"POST /backupServers/{ID}?action=quickbackup":      {"Portal User"},
		"/managedServers (all)":                            {"Portal User"},
		"/repositories (all)":                              {"Portal User"},
		"/cloud/tenants (all)":                             {"Portal User"},
	} {
		i := slices.IndexFunc(rows, func(row []string) bool { return row[2] == operation })
		if i < 0 {
			t.Errorf("no operation %s", operation)
			continue
		}
		got := []string{}
		for j, role := range roles {
			if rows[i][3+j] == "yes" {
				got = append(got, role)
			}
		}
		if want := append([]string{"Portal Administrator"}, want...); !slices.Equal(got, want) {
			t.Errorf("%s is for %q, want %q", operation, got, want)
		}
	}
}
