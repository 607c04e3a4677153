package store

import (
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// The codecs of blocks.
const (
	codecPlain   = 0
	codecZstd    = 1
	codecFrames  = 2 // of texts only; in files of version 2
	codecReposts = 3 // the same; since version 3
)

// pack appends data to dst as the codec before it says, whichever is shorter.
func (c *Corpus) pack(codecAndHead, data []byte) []byte {
	at := len(codecAndHead)
	out := c.enc.EncodeAll(data, codecAndHead)
	if len(out)-at >= len(data) {
		out = append(out[:at], data...)
		out[0] = codecPlain
		return out
	}
	out[0] = codecZstd
	return out
}

// unsizedFrame is how many bytes a zstd frame may have that does not say how many it has.
const unsizedFrame = 256

var errUnpack = errors.New("cannot be unpacked")

func (c *Corpus) unpack(codec byte, data []byte) ([]byte, error) {
	return c.unpackWithin(codec, data, maxUnpacked)
}

// unpackWithin is unpack of what may have a number of bytes, and is damaged with more.
func (c *Corpus) unpackWithin(codec byte, data []byte, most uint64) ([]byte, error) {
	var h zstd.Header
	if codec == codecZstd && h.Decode(data) == nil && h.HasFCS && h.FrameContentSize > most {
		return nil, errUnpack
	}
	return c.unpackTo(codec, data, -1, nil)
}

// unpackTo is unpack of data that has a size, or of any size if that is -1, into room, which may
// be nil and grows.
func (c *Corpus) unpackTo(codec byte, data []byte, size int, room *[]byte) ([]byte, error) {
	switch codec {
	case codecPlain:
		return data, nil
	case codecZstd:
		var h zstd.Header
		if err := h.Decode(data); err != nil || h.HasFCS && h.FrameContentSize > maxUnpacked {
			return nil, errUnpack
		}
		n := unsizedFrame
		if h.HasFCS {
			n = int(h.FrameContentSize)
		}
		if h.HasFCS && size >= 0 && n != size {
			return nil, errUnpack
		}
		if room == nil {
			room = new([]byte)
		}
		if cap(*room) < n {
			*room = make([]byte, 0, n)
		}
		out, err := c.dec.DecodeAll(data, (*room)[:0:n]) // and no more than that
		if err != nil {
			return nil, errUnpack
		}
		return out, nil
	}
	return nil, fmt.Errorf("has codec %d, which this program does not know", codec)
}
