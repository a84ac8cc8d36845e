// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365api

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestConfig_CheckNamesEachInvalidField(t *testing.T) {
	valid := Config{Endpoint: "https://vb365.tech.local", Username: username, Password: password}
	for name, tc := range map[string]struct {
		change func(*Config)
		want   string // the fields
	}{
		"valid":       {func(*Config) {}, ""},
		"empty":       {func(c *Config) { *c = Config{} }, "Endpoint Username Password"},
		"path":        {func(c *Config) { c.Endpoint += "/v8" }, "Endpoint"},
		"colon":       {func(c *Config) { c.Username = "a:b" }, ""},
		"space":       {func(c *Config) { c.Username += " " }, "Username"},
		"line break":  {func(c *Config) { c.Password += "\n" }, "Password"},
		"v6":          {func(c *Config) { c.APIVersion = V6 }, ""},
		"v7":          {func(c *Config) { c.APIVersion = V7 }, ""},
		"v8":          {func(c *Config) { c.APIVersion = V8 }, ""},
		"v5":          {func(c *Config) { c.APIVersion = "v5" }, "APIVersion"},
		"certificate": {func(c *Config) { c.CAPEM = []byte("x") }, "CAPEM"},
		"pin":         {func(c *Config) { c.PinnedSHA256 = []string{"x"} }, "PinnedSHA256"},
		"pin without verification": {func(c *Config) {
			c.PinnedSHA256, c.InsecureSkipVerify = []string{strings.Repeat("0", 64)}, true
		}, "InsecureSkipVerify"},
		"timeout": {func(c *Config) { c.RequestTimeout = -time.Hour }, "RequestTimeout"},
		"retries": {func(c *Config) { c.MaxRetries = 21 }, "MaxRetries"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := valid
			tc.change(&cfg)
			var fields []string
			for _, problem := range cfg.Check() {
				fields = append(fields, problem.Field)
			}
			equal(t, "the list of fields", strings.Join(fields, " "), tc.want)
			_, err := New(cfg)
			equal(t, "whether New fails", err != nil, tc.want != "")
		})
	}
}

func TestNew_UsesTheDefaults(t *testing.T) {
	c, err := New(Config{Endpoint: "https://vb365.tech.local/", Username: username, Password: password})
	ok(t, err)
	equal(t, "the version", c.Version(), V8)
	equal(t, "the description", fmt.Sprint(c),
		`vb365api.Client{Endpoint: "https://vb365.tech.local:4443/", Username: "TECH\\administrator"}`)
}
