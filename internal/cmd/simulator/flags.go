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
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

// settings are the values of the flags.
type settings struct {
	listen      string // for Enterprise Manager
	vb365Listen string
	caFile      string
	envFile     string
	journalFile string
	quiet       bool
	options     emsim.Options
	vb365       vb365sim.Options
}

// parse parses the arguments. It writes help and error messages to out.
func parse(args []string, out io.Writer) (settings, error) {
	var s settings
	fs := flag.NewFlagSet("simulator", flag.ContinueOnError)
	fs.SetOutput(out)
	fs.StringVar(&s.listen, "listen", "127.0.0.1:9398",
		"`address` to listen on as Enterprise Manager; port 0 selects a free port")
	fs.StringVar(&s.vb365Listen, "vb365-listen", "127.0.0.1:4443",
		"`address` to listen on as Veeam Backup for Microsoft 365; port 0 selects a free port")
	fs.StringVar(&s.caFile, "ca-file", "",
		"`file` to write the CA certificate to (default: ca.pem in a new temporary folder)")
	fs.StringVar(&s.envFile, "env-file", "",
		"`file` to write the environment lines to when the servers listen")
	fs.StringVar(&s.journalFile, "journal-file", "",
		"`file` to write every request to, one JSON object per line; the only file that is kept when the simulator stops")
	fs.BoolVar(&s.quiet, "quiet", false, "do not log requests to stderr")
	serverFlags(fs, &s.options)
	accountFlags(fs, &s.options)
	scopeFlags(fs, &s.options)
	vb365Flags(fs, &s.vb365)
	if err := fs.Parse(args); err != nil {
		return s, err
	}
	if fs.NArg() > 0 {
		err := fmt.Errorf("%q is not a flag: the simulator accepts only flags", fs.Arg(0))
		fmt.Fprintln(out, err)
		return s, err
	}
	return s, nil
}

func serverFlags(fs *flag.FlagSet, o *emsim.Options) {
	fs.BoolVar(&o.Demo, "seed", false, "start with an account of each type")
	fs.StringVar(&o.HostName, "host-name", emsim.DefaultHostName, "`host:port` of the server in links")
	choice(fs, &o.Platform, "platform", "operating system, which determines the form of account names",
		"windows", emsim.PlatformLinux)
	fs.DurationVar(&o.Latency, "latency", 0, "`time` before each response")
	fs.DurationVar(&o.SessionIdle, "session-idle", 0, "`time` after which an idle session expires (default 15m)")
	fs.IntVar(&o.UnknownSessionStatus, "unknown-session-status", 0,
		"`status` of the response to an unknown session: 401 or 500 (default 401)")
	fs.BoolVar(&o.ReferencesOnly, "references-only", false,
		"return references even if a collection is requested with format=Entity")
	fs.BoolVar(&o.ShortEntityNames, "short-entity-names", false,
		"name the entities in collections EnterpriseAccount and EnterpriseRole")
	fs.IntVar(&o.PageSize, "page-size", 0, "`number` of entries in a page of a list (default: no pages)")
	fs.BoolVar(&o.BareNotFound, "bare-not-found", false, "omit the body of responses with status 404")
	fs.BoolVar(&o.OmitLocation, "omit-location", false, "omit the Location header")
	choice(fs, &o.ListOrder, "list-order", "order of the entries of lists",
		"oldest-first", emsim.ListNewestFirst, emsim.ListShuffled)
	fs.DurationVar(&o.TaskDuration, "task-duration", 0, "`time` that a rebuild stays Running")
	fs.DurationVar(&o.TaskCollect, "task-collect", 0, "`time` that a rebuild then stays OperationFinished")
	fs.StringVar(&o.TaskFailure, "task-failure", "", "make rebuilds fail with this `message`")
	fs.BoolVar(&o.TaskResultEarly, "task-result-early", false, "return the result of a rebuild while OperationFinished")
	fs.BoolVar(&o.OmitTaskMessage, "omit-task-message", false, "omit the message of results")
}

func accountFlags(fs *flag.FlagSet, o *emsim.Options) {
	fs.BoolVar(&o.InlineRoles, "inline-roles", false, "show the roles of an account in the account itself")
	fs.BoolVar(&o.OddAccount, "odd-account", false, "add an account of a type that the API reference does not know")
	fs.BoolVar(&o.OmitSettings, "omit-settings", false, "omit FlrSettings and SqlSettings from accounts")
	choice(fs, &o.AccountNameCase, "account-name-case", "letter case of returned account names",
		"as-sent", emsim.CaseUpper, emsim.CaseLower)
	choice(fs, &o.AccountNames, "account-names", "spelling of returned account names",
		"as-sent", emsim.AccountNamesTrimmed, emsim.AccountNamesNetBIOS, emsim.AccountNamesDNS)
	choice(fs, &o.NameForm, "name-form", "Unicode form of returned names",
		"as-sent", emsim.NameFormNFC, emsim.NameFormNFD)
	choice(fs, &o.Extensions, "extensions", "form of returned file name extensions",
		"as-sent", emsim.ExtensionsUpper, emsim.ExtensionsDots, emsim.ExtensionsSemicolons)
	choice(fs, &o.AllVMs, "all-vms", "value of AllowRestoreAllVms of new accounts",
		"as-sent", emsim.AllVMsOn, emsim.AllVMsFixed)
	choice(fs, &o.DroppedSettings, "dropped-settings", "settings of new accounts that are ignored",
		"none", emsim.SettingsFLR, emsim.SettingsSQL)
	fs.StringVar(&o.AddedRole, "added-role", "", "`ID` of a role that each new account gets in addition")
	fs.StringVar(&o.DroppedRole, "dropped-role", "",
		"`ID` of a role that new accounts do not get and that cannot be added")
	fs.IntVar(&o.DuplicateAccountStatus, "duplicate-account-status", 0,
		"`status` of the response to a second account of the same name and type (default 400)")
	fs.BoolVar(&o.RefuseDuplicateRole, "refuse-duplicate-role", false, "reject a role that the account already has")
}

func scopeFlags(fs *flag.FlagSet, o *emsim.Options) {
	fs.IntVar(&o.ScopeStatus, "scope-status", 0,
		"`status` of the response to a valid request for scopes: 202 or 201 (default 202)")
	fs.BoolVar(&o.ScopeLocation, "scope-location", false,
		"return the Location of a new scope if the request has one object")
	fs.DurationVar(&o.ScopeDelay, "scope-delay", 0, "`time` until a new scope is listed")
	fs.DurationVar(&o.ScopeStagger, "scope-stagger", 0,
		"additional `time` for each further scope of the same request")
	fs.DurationVar(&o.ProcessDelay, "process-delay", 0,
		"`time` until a listed scope is Processed; negative: until a rebuild")
	fs.DurationVar(&o.RemovingDelay, "removing-delay", 0, "`time` that a deleted scope stays listed as Removing")
	choice(fs, &o.RootNames, "root-names", "content of HierarchyRootName",
		"id", emsim.RootNamesUniqueID, emsim.RootNamesName, emsim.RootNamesMixed)
	choice(fs, &o.DuplicateScopes, "duplicate-scopes", "effect of a second POST of the same object",
		"add", emsim.DuplicateScopesSame, emsim.DuplicateScopesRefuse)
	choice(fs, &o.LastScope, "last-scope", "whether the last scope can be removed if AllowRestoreAllVms is false",
		"allow", emsim.LastScopeRefuse)
	choice(fs, &o.ObjectNames, "object-names", "source of a scope's name", "as-sent", emsim.ObjectNamesInfrastructure)
	fs.BoolVar(&o.NamesFollowRename, "names-follow-rename", false, "rename the scopes of a renamed object")
	choice(fs, &o.ObjectTypeCase, "object-type-case", "letter case of HierarchyObjectType",
		"as-in-table", emsim.CaseUpper, emsim.CaseLower)
	fs.BoolVar(&o.SharedScopeIDs, "shared-scope-ids", false,
		"give scopes of the same name and type under different roots the same ID")
	choice(fs, &o.SharedDelete, "shared-delete", "which scopes with a shared ID are deleted",
		"all", emsim.SharedDeleteFirst)
	fs.BoolVar(&o.RefuseUnknownObjects, "refuse-unknown-objects", false,
		"reject references to objects that are not in the infrastructure")
	fs.StringVar(&o.ScopeFailure, "scope-failure", "",
		"answer requests for scopes with a task that has failed with this `message`")
	fs.BoolVar(&o.NoScopeLicense, "no-scope-license", false, "respond with 403 to every attempt to add a scope")
}

// choice defines a flag with a fixed set of values. The value zero stands for the option's zero value.
func choice[T ~string](fs *flag.FlagSet, target *T, name, usage, zero string, others ...T) {
	values := []string{zero}
	for _, other := range others {
		values = append(values, string(other))
	}
	usage += ": `" + strings.Join(values, "|") + "`"
	fs.Func(name, usage, func(value string) error {
		switch {
		case value == zero:
			*target = ""
		case slices.Contains(others, T(value)):
			*target = T(value)
		default:
			return fmt.Errorf("must be one of %s", strings.Join(values, ", "))
		}
		return nil
	})
}
