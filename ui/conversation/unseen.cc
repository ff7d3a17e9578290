#include "ui/conversation/unseen.h"

namespace longtake::ui {

Unseen unseenOf(const Context& context, qint64 video) {
  const Settings& settings = context.settings;
  if (settings.queue().contains(video) && !settings.paused().contains(video))
    return Unseen::awaited;
  const ShelfVideo* known = context.shelf.find(video);
  const bool others =
      known != nullptr && !known->memories.empty() && context.shelf.memory(*known) == nullptr;
  return others ? Unseen::byAnother : Unseen::unwatched;
}

}  // namespace longtake::ui
