// Declares Catalogue: the commands that need no model (videos, conversations, markers, search, checks),
// each as one function from command to event. It is the library as the frontends see it.
//
// Thread rule: as the Library: safe from every thread. Lifetime rule: the library outlives it.
#ifndef LONGTAKE_ENGINE_SESSION_CATALOGUE_H_
#define LONGTAKE_ENGINE_SESSION_CATALOGUE_H_

#include <atomic>

#include "engine/session/events.h"
#include "engine/store/library.h"

namespace longtake::session {

class Catalogue {
 public:
  explicit Catalogue(store::Library& library) : library_(library) {}

  // `cancel`, when it becomes true, ends the command with Error{cancelled}.
  VideoAdded run(const AddVideo& command, const std::atomic<bool>* cancel = nullptr);
  VideoAdded run(const FindVideo& command);
  VideoAdded run(const RelinkVideo& command);
  VideoList run(const ListVideos& command);
  VideoRemoved run(const RemoveVideo& command);
  Done run(const RemoveMemory& command);
  ConversationList run(const ListConversations& command);
  ConversationOpened run(const OpenConversation& command);
  Done run(const RenameConversation& command);
  Done run(const RemoveConversation& command);
  Done run(const SetUserVerdict& command);
  SearchResults run(const SearchText& command);
  MarkerList run(const ListMarkers& command);
  MarkerSaved run(const SaveMarker& command);
  Done run(const RemoveMarker& command);
  LibraryChecked run(const CheckLibrary& command, const std::atomic<bool>* cancel = nullptr);

 private:
  store::Library& library_;
};

}  // namespace longtake::session

#endif  // LONGTAKE_ENGINE_SESSION_CATALOGUE_H_
