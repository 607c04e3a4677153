package export

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// A JSON file without some of its records. They stand in a list of an object, or under their keys
// ({"license":…,"docs":[…]}, {"17":{…},"18":{…}}), so with a record go the comma that parts it from
// the next one, or from the one before it if it is the last, its key, and the blanks before it. The
// rest is byte for byte that of the file, and JSON if that was. Cost: as for other formats (rest.go).

// mostTail is how far before a record its key and the comma before it are looked for.
const mostTail = 4096

const blanks = " \t\r\n"

// jsonCopy copies parts of a JSON file.
type jsonCopy struct {
	to   io.Writer
	in   *bufio.Reader
	tail []byte // what was copied last and is not written yet
}

func (c *jsonCopy) copy(n int) error {
	for n > 0 {
		b, err := c.in.Peek(min(n, c.in.Size()))
		if len(b) == 0 {
			return errors.Join(errOtherFile, err)
		}
		c.tail = append(c.tail, b...)
		n -= len(b)
		c.in.Discard(len(b))
		if done := len(c.tail) - mostTail; done > 0 {
			if _, err := c.to.Write(c.tail[:done]); err != nil {
				return err
			}
			c.tail = append(c.tail[:0], c.tail[done:]...)
		}
	}
	return nil
}

func (c *jsonCopy) pending() []byte { return c.tail }

// mend closes the gap that a record leaves between tail and what follows in the file. It returns
// how many bytes of that it passed over.
func (c *jsonCopy) mend() int {
	before := bytes.TrimRight(c.tail, blanks)
	if bytes.HasSuffix(before, []byte(":")) {
		key := keyStart(bytes.TrimRight(before[:len(before)-1], blanks))
		if key < 0 { // a value must stay
			c.tail = append(c.tail, "null"...)
			return 0
		}
		before = bytes.TrimRight(before[:key], blanks)
	}
	c.tail = before
	after, _ := c.in.Peek(mostTail)
	comma := len(after) - len(bytes.TrimLeft(after, blanks))
	switch {
	case comma < len(after) && after[comma] == ',':
		n, _ := c.in.Discard(comma + 1)
		return n
	case bytes.HasSuffix(before, []byte(",")):
		c.tail = before[:len(before)-1]
	}
	return 0
}

// keyStart returns where the string begins that b ends with, or -1 if it does not begin in b.
func keyStart(b []byte) int {
	if !bytes.HasSuffix(b, []byte(`"`)) {
		return -1
	}
	for i := len(b) - 2; i >= 0; i-- {
		if b[i] != '"' {
			continue
		}
		escapes := 0
		for i-escapes > 0 && b[i-escapes-1] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return i
		}
	}
	return -1
}
