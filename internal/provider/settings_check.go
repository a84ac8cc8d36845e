// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// clientField describes a field of the client's configuration in the provider's errors.
type clientField struct {
	attribute string // sets the field
	what      string // describes the value; only for a required field
	refused   string // summary of the error if the client refuses the value
	form      string // says how to write the value, if the client's error does not
	file      string // another attribute, which sets the field to the content of a file; may be empty
	content   string // describes that content
}

// clientFields returns the description of each field of the configuration of the product's client.
func clientFields(p tfkit.ProductInfo) map[string]clientField {
	return map[string]clientField{
		"Endpoint": {attribute: "endpoint", what: "address of the server", refused: "Not an address of " + p.Name},
		"Username": {
			attribute: "username", what: "name of the account to log on as", refused: "Not a name to log on as",
			form: ` Write it as DOMAIN\name or name@domain. In a quoted string of the configuration, a backslash is written ` +
				`twice: "DOMAIN\\name". In an environment variable, it is written once.`,
		},
		"Password": {
			attribute: "password", what: "password of the account", file: "password_file", content: "the password",
			refused: "Not a password to log on with",
			form:    " Only one line break at the end of a password_file is dropped.",
		},
		"APIVersion": {attribute: "api_version", refused: "Not an API version"},
		"CAPEM": {
			attribute: "ca_pem", file: "ca_file", content: "trusted certificates",
			refused: "Not a certificate in PEM or DER format",
		},
		"PinnedSHA256": {attribute: "tls_pinned_sha256", refused: "Not a SHA-256 fingerprint"},
		// The client refuses it only in combination with the other settings of trust, so the error is at these.
		"InsecureSkipVerify": {
			attribute: "tls_pinned_sha256", refused: "Conflicting settings for the server's certificate",
		},
		"RequestTimeout": {attribute: "request_timeout", refused: "Not a duration"},
		"MaxRetries":     {attribute: "max_retries", refused: "Not a number of retries"},
	}
}

// check reports what the client refuses, at the attributes that set it. It returns whether the client can be created:
// there is no error, and all values are known.
func (s *settings) check(problems []*httpkit.ConfigError) bool {
	for _, problem := range problems {
		of := problem.Field
		summary, form := s.fields[of].refused, s.fields[of].form
		if of == "InsecureSkipVerify" && !s.pinned {
			of = "CAPEM"
		}
		field, file := s.fields[of], s.files[of]
		if file != "" {
			field.attribute = field.file
		}
		name := s.at(field.attribute)
		switch {
		case s.noValue[field.attribute]:
		case errors.Is(problem, httpkit.ErrEmpty) && file == "":
			s.diags.AddAttributeError(name, "Incomplete "+s.product.Name+" configuration",
				fmt.Sprintf("The %s is missing. Set %s in %s, or %s in the environment.",
					field.what, field.attribute, s.product.Attribute, s.product.Variable(field.attribute)))
		case problem.Field == "InsecureSkipVerify":
			s.diags.AddAttributeError(name, summary, fmt.Sprintf("%s accepts any certificate, so that %s has no effect. "+
				"Remove insecure_skip_verify.", s.named("insecure_skip_verify"), s.named(field.attribute)))
		case file != "":
			s.report(field.attribute, summary, fmt.Sprintf("the file %q: %v.%s", file, problem, form))
		default:
			s.report(field.attribute, summary, fmt.Sprintf("%v.%s", problem, form))
		}
	}
	return !s.unknown && !s.diags.HasError()
}

// invalid reports that the client refuses a configuration in which check has found no error.
func (s *settings) invalid(err error) {
	s.diags.AddAttributeError(path.Root(s.product.Attribute), "Invalid "+s.product.Name+" configuration", err.Error())
}
