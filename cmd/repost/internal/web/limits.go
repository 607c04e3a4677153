package web

import (
	"context"
	"net/http"
	"time"
)

// What a server gives to its clients is bounded, however many they are and however slowly
// they send and read: connections by who listens (see repost serve), and here streams,
// large bodies, and the time that an answer may take. Who finds no room is asked to come
// again, by Retry-After.

const (
	mostStreams = 200 // events that are being sent
	mostFeeds   = 16  // streams of documents that are being taken in
	mostBodies  = 8   // bodies of more than smallBody that are read at a time
	smallBody   = 64 << 10
)

// defaultTimeout is the Timeout of Options that say none.
const defaultTimeout = time.Minute

// A room holds some clients at a time.
type room chan struct{}

// enter reports whether there was room.
func (r room) enter() bool {
	select {
	case r <- struct{}{}:
		return true
	default:
		return false
	}
}

// wait waits for room until ctx ends.
func (r room) wait(ctx context.Context) error {
	select {
	case r <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ErrBusy
	}
}

func (r room) leave() { <-r }

// bounded bounds the time of a request that is no stream, and its body. A large one waits
// until there is room for it, since it is held in memory.
func (s *Server) bounded(w http.ResponseWriter, r *http.Request) (*http.Request, func(), error) {
	ctx, cancel := context.WithTimeout(r.Context(), s.opt.Timeout)
	r = r.WithContext(ctx)
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if 0 <= r.ContentLength && r.ContentLength <= smallBody {
		return r, cancel, nil
	}
	if err := s.bodies.wait(ctx); err != nil {
		cancel()
		return nil, nil, err
	}
	return r, func() { s.bodies.leave(); cancel() }, nil
}
