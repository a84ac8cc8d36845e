// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// settings is what the flags say.
type settings struct {
	listen      string
	caFile      string
	envFile     string
	journalFile string
	quiet       bool
	cleanup     bool
	options     emsim.Options
}

// parse reads the arguments; help and complaints go to out.
func parse(args []string, out io.Writer) (settings, error) {
	var s settings
	fs := flag.NewFlagSet("simulator", flag.ContinueOnError)
	fs.SetOutput(out)
	fs.StringVar(&s.listen, "listen", "127.0.0.1:9398", "`address` to listen on; port 0 takes a free one")
	fs.StringVar(&s.caFile, "ca-file", "", "`file` to write the certificate authority to (default: in a new temporary folder)")
	fs.StringVar(&s.envFile, "env-file", "", "`file` to write the environment lines to, once the server listens")
	fs.StringVar(&s.journalFile, "journal-file", "", "`file` to write every request to, one JSON object a line")
	fs.BoolVar(&s.quiet, "quiet", false, "do not log requests to stderr")
	fs.BoolVar(&s.cleanup, "cleanup", false, "remove the written files when the server stops")
	serverFlags(fs, &s.options)
	accountFlags(fs, &s.options)
	scopeFlags(fs, &s.options)
	if err := fs.Parse(args); err != nil {
		return s, err
	}
	if fs.NArg() > 0 {
		err := fmt.Errorf("%q is not a flag: every argument must be one", fs.Arg(0))
		fmt.Fprintln(out, err)
		return s, err
	}
	return s, nil
}

func serverFlags(fs *flag.FlagSet, o *emsim.Options) {
	fs.BoolVar(&o.Demo, "seed", false, "start with an account of each type")
	fs.StringVar(&o.HostName, "host-name", emsim.DefaultHostName, "`host:port` that the server calls itself in links")
	choice(fs, &o.Platform, "platform", "operating system, which decides the form of account names", "windows", string(emsim.PlatformLinux))
	fs.DurationVar(&o.Latency, "latency", 0, "`time` before each answer")
	fs.DurationVar(&o.SessionIdle, "session-idle", 0, "`time` after which an idle session expires (default 15m)")
	fs.IntVar(&o.UnknownSessionStatus, "unknown-session-status", 0, "`status` for an unknown session: 401 or 500 (default 401)")
	fs.BoolVar(&o.ReferencesOnly, "references-only", false, "answer references where entities of a collection are asked for")
	fs.BoolVar(&o.OmitLocation, "omit-location", false, "leave the Location header out")
	fs.DurationVar(&o.TaskDuration, "task-duration", 0, "`time` for which a rebuild is Running")
	fs.DurationVar(&o.TaskCollect, "task-collect", 0, "`time` for which it is OperationFinished after that")
	fs.StringVar(&o.TaskFailure, "task-failure", "", "let rebuilds fail with this `message`")
}

func accountFlags(fs *flag.FlagSet, o *emsim.Options) {
	fs.BoolVar(&o.OmitSettings, "omit-settings", false, "leave FlrSettings and SqlSettings out of accounts")
	choice(fs, &o.AccountNameCase, "account-name-case", "case in which account names come back", "as-sent", string(emsim.CaseUpper), string(emsim.CaseLower))
	fs.IntVar(&o.DuplicateAccountStatus, "duplicate-account-status", 0, "`status` for a second account of a name and type (default 400)")
	fs.BoolVar(&o.RefuseDuplicateRole, "refuse-duplicate-role", false, "refuse to assign a role that the account has")
}

func scopeFlags(fs *flag.FlagSet, o *emsim.Options) {
	fs.IntVar(&o.ScopeStatus, "scope-status", 0, "`status` of an accepted scope: 202 or 201 (default 202)")
	fs.DurationVar(&o.ScopeDelay, "scope-delay", 0, "`time` until a new scope is listed")
	fs.DurationVar(&o.ScopeStagger, "scope-stagger", 0, "`time` more for each further scope of one request")
	fs.DurationVar(&o.ProcessDelay, "process-delay", 0, "`time` until a listed scope is Processed; negative: until a rebuild")
	fs.DurationVar(&o.RemovingDelay, "removing-delay", 0, "`time` for which a deleted scope is listed as Removing")
	choice(fs, &o.RootNames, "root-names", "what HierarchyRootName holds", "id", string(emsim.RootNamesUniqueID), string(emsim.RootNamesName), string(emsim.RootNamesMixed))
	choice(fs, &o.DuplicateScopes, "duplicate-scopes", "what a second POST of an object does", "add", string(emsim.DuplicateScopesSame), string(emsim.DuplicateScopesRefuse))
	choice(fs, &o.LastScope, "last-scope", "whether the last scope may go while all VMs are off", "allow", string(emsim.LastScopeRefuse))
	choice(fs, &o.ObjectNames, "object-names", "where the name of a scope comes from", "as-sent", string(emsim.ObjectNamesInfrastructure))
	fs.BoolVar(&o.NamesFollowRename, "names-follow-rename", false, "let scopes take the new name of a renamed object")
	choice(fs, &o.ObjectTypeCase, "object-type-case", "case of HierarchyObjectType", "as-in-table", string(emsim.CaseUpper), string(emsim.CaseLower))
	fs.BoolVar(&o.SharedScopeIDs, "shared-scope-ids", false, "give scopes of one name under different roots the same ID")
	choice(fs, &o.SharedDelete, "shared-delete", "which scopes of a shared ID are deleted", "all", string(emsim.SharedDeleteFirst))
	fs.BoolVar(&o.RefuseUnknownObjects, "refuse-unknown-objects", false, "refuse references to objects that the infrastructure does not have")
	fs.BoolVar(&o.NoScopeLicense, "no-scope-license", false, "answer 403 to every attempt to add a scope")
}

// choice is a flag with a fixed set of values, of which the first stands for the option's zero value.
func choice[T ~string](fs *flag.FlagSet, target *T, name, usage, zero string, others ...string) {
	usage += ": `" + strings.Join(append([]string{zero}, others...), "|") + "`"
	fs.Func(name, usage, func(value string) error {
		switch {
		case value == zero:
			*target = ""
		case slices.Contains(others, value):
			*target = T(value)
		default:
			return fmt.Errorf("must be one of %s", strings.Join(append([]string{zero}, others...), ", "))
		}
		return nil
	})
}
