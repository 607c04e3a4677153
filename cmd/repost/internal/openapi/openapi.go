// Package openapi holds answers of a server against its OpenAPI 3.1 description, for tests: a
// status, a type or a body that the description does not have is an error. The schemas of
// OpenAPI 3.1 are those of JSON Schema 2020-12, which a library reads.
package openapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// A Description is what a server says of itself.
type Description struct {
	Operations []Operation
	compiler   *jsonschema.Compiler
}

// An Operation is a method of a path.
type Operation struct {
	Method, Path string
	Parameters   []Parameter
	Statuses     []string
	responses    map[string]response
}

// A Parameter of an operation.
type Parameter struct {
	Name, In string
	Required bool
	Schema   Schema
}

// Schema is what of a parameter's schema makes values that violate it.
type Schema struct {
	Type, Pattern        string
	Enum                 []string
	Minimum, Maximum     *int64
	MinLength, MaxLength *int
}

// response is an answer; its content has a pointer to the schema of each type.
type response struct{ content map[string]string }

type object = map[string]any

// Read reads a description.
func Read(t testing.TB, source []byte) *Description {
	t.Helper()
	root, err := jsonschema.UnmarshalJSON(bytes.NewReader(source))
	if err != nil {
		t.Fatal(err)
	}
	d := &Description{compiler: jsonschema.NewCompiler()}
	d.compiler.DefaultDraft(jsonschema.Draft2020)
	d.compiler.AssertFormat()
	if err := d.compiler.AddResource("openapi.json", root); err != nil {
		t.Fatal(err)
	}
	for path, methods := range root.(object)["paths"].(object) {
		for method, v := range methods.(object) {
			op := Operation{Method: strings.ToUpper(method), Path: path, responses: map[string]response{}}
			at := "/paths/" + escaped(path) + "/" + method
			v := v.(object)
			if list, ok := v["parameters"].([]any); ok {
				for i := range list {
					p, _ := resolved(root, list[i], "")
					op.Parameters = append(op.Parameters, parameterOf(t, p))
				}
			}
			for status, v := range v["responses"].(object) {
				x, at := resolved(root, v, at+"/responses/"+status)
				op.Statuses = append(op.Statuses, status)
				op.responses[status] = responseOf(x, at)
			}
			d.Operations = append(d.Operations, op)
		}
	}
	return d
}

func escaped(s string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(s)
}

// resolved follows a reference, and says where it led.
func resolved(root, v any, at string) (object, string) {
	ref, ok := v.(object)["$ref"].(string)
	if !ok {
		return v.(object), at
	}
	at = strings.TrimPrefix(ref, "#")
	for name := range strings.SplitSeq(strings.Trim(at, "/"), "/") {
		root = root.(object)[name]
	}
	return root.(object), at
}

func parameterOf(t testing.TB, v object) (p Parameter) {
	t.Helper()
	b, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(b, &p)
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func responseOf(v object, at string) response {
	out := response{map[string]string{}}
	content, _ := v["content"].(object)
	for kind := range content {
		out.content[kind] = "openapi.json#" + at + "/content/" + escaped(kind) + "/schema"
	}
	return out
}

// Operation returns the operation of a method and a path.
func (d *Description) Operation(method, path string) (Operation, bool) {
	for _, op := range d.Operations {
		if op.Method == method && op.Path == path {
			return op, true
		}
	}
	return Operation{}, false
}

// Check says what of an answer its operation does not have.
func (d *Description) Check(op Operation, status int, contentType string, body []byte) error {
	r, ok := op.responses[fmt.Sprint(status)]
	if !ok {
		return fmt.Errorf("%s %s: status %d is not described: %.200s", op.Method, op.Path, status, body)
	}
	if len(body) == 0 && len(r.content) == 0 {
		return nil
	}
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return fmt.Errorf("%s %s: %d: the type %q: %w", op.Method, op.Path, status, contentType, err)
	}
	pointer, ok := r.content[kind]
	if !ok {
		return fmt.Errorf("%s %s: %d: the type %s is not described", op.Method, op.Path, status, kind)
	}
	schema, err := d.compiler.Compile(pointer)
	if err != nil {
		return err
	}
	for _, v := range valuesOf(kind, body) {
		if err, bad := v.(error); bad {
			return fmt.Errorf("%s %s: %d: %w", op.Method, op.Path, status, err)
		}
		if err := schema.Validate(v); err != nil {
			return fmt.Errorf("%s %s: %d: %w", op.Method, op.Path, status, err)
		}
	}
	return nil
}

// valuesOf are the values of a body that its schema is about: one, or that of each line or
// event; an error stands for what is no JSON.
func valuesOf(kind string, body []byte) (out []any) {
	parse := func(b []byte) any {
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
		if err != nil {
			return err
		}
		return v
	}
	switch kind {
	case "application/json":
		return []any{parse(body)}
	case "application/x-ndjson":
		for line := range bytes.Lines(body) {
			out = append(out, parse(line))
		}
		return out
	case "text/event-stream":
		for event := range strings.SplitSeq(string(body), "\n\n") {
			v := object{}
			for line := range strings.SplitSeq(event, "\n") {
				if name, value, ok := strings.Cut(line, ": "); ok && name != "" {
					v[name] = value
				}
			}
			if len(v) > 0 {
				out = append(out, v)
			}
		}
		return out
	}
	return []any{string(body)}
}
