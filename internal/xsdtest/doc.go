// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package xsdtest holds the requests of the API client and the responses of the simulator against the XML schema that
// Enterprise Manager serves. Client and simulator agree with each other even if both are wrong; this package is the
// third opinion. It therefore uses nothing of them but their doors: it calls the client, serves the simulator, and
// judges what passes between them.
//
//   - tables_test.go contains the rules of the schema, and the differences that are known.
//   - judge_test.go compares a document with the rules.
//   - worlds_test.go and sweep_test.go run the whole API on every kind of server and record the documents.
//   - verify_test.go lets xmllint compare the same documents with the schema of a real server: make verify-xsd.
//
// The package contains only tests.
package xsdtest
