#include "ui/dialogs/memories_dialog.h"

#include <QDateTime>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMessageBox>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "ui/base/engine_words.h"
#include "ui/base/text.h"

namespace longtake::ui {

namespace {

QString rateWords(const store::Memory& memory) {
  if (memory.interval <= 0) return {};
  const double seconds = static_cast<double>(memory.interval) / kMicrosPerSecond;
  QString words;
  if (std::abs(seconds - 1) < 1e-3) {
    words = MemoriesDialog::tr("A picture every second");
  } else if (seconds > 1) {
    words =
        MemoriesDialog::tr("A picture every %1 seconds").arg(QLocale().toString(seconds, 'g', 3));
  } else {
    words =
        MemoriesDialog::tr("%1 pictures every second").arg(QLocale().toString(1 / seconds, 'g', 3));
  }
  return memory.mode == "keyframes" ? MemoriesDialog::tr("%1, keyframes only").arg(words) : words;
}

QString seenWords(const store::Memory& memory, Micros duration) {
  if (memory.finished) return MemoriesDialog::tr("Seen to the end");
  const Micros until = memory.coverage.empty() ? 0 : memory.coverage.back().end;
  if (until <= 0) return MemoriesDialog::tr("Nothing seen yet");
  return MemoriesDialog::tr("Seen up to %1").arg(timeText(until, 0, duration));
}

QString factsOf(const store::Memory& memory, Micros duration) {
  QStringList facts{seenWords(memory, duration), rateWords(memory),
                    QString::fromUtf8(kernels::kv_codec_name(memory.shape.codec)),
                    sizeText(memory.bytes)};
  facts.removeAll(QString());
  QString words = facts.join(QStringLiteral(" · "));
  if (memory.created_at > 0) {
    words += QLatin1Char('\n') +
             MemoriesDialog::tr("Started on %1")
                 .arg(QLocale().toString(QDateTime::fromSecsSinceEpoch(memory.created_at),
                                         QLocale::ShortFormat));
  }
  return words;
}

}  // namespace

MemoriesDialog::MemoriesDialog(Context& context, qint64 video, QWidget* parent)
    : Sheet(context.theme, tr("Memories"), 560, 420, parent), context_(context), video_(video) {
  QWidget* content = body()->parentWidget();
  name_ = new QLabel(this);
  name_->setWordWrap(true);
  name_->setTextFormat(Qt::PlainText);
  head()->addWidget(name_);
  body()->addWidget(
      paragraph(tr("A memory is what one model has seen of this video. Questions use the newest "
                   "one of the model in use; the others wait until their model is used again."),
                content));
  fault_ = paragraph({}, content);
  fault_->setTextFormat(Qt::PlainText);
  fault_->hide();
  body()->addWidget(fault_);
  empty_ = paragraph(tr("This video has no memory: nothing of it has been seen yet."), content);
  empty_->hide();
  body()->addWidget(empty_);
  cards_ = new QWidget(content);
  auto* column = new QVBoxLayout(cards_);
  column->setContentsMargins(0, 0, 0, 0);
  body()->addWidget(cards_);
  body()->addStretch();
  auto* close = new QPushButton(tr("Close"), this);
  close->setDefault(true);
  connect(close, &QPushButton::clicked, this, &QDialog::accept);
  foot()->addStretch();
  foot()->addWidget(close);
  connect(&context_.engine, &EngineLink::watchEnded, this, &MemoriesDialog::ask);
  connect(&context_.engine, &EngineLink::memoryRemoved, this, &MemoriesDialog::ask);
  connect(&context_.engine, &EngineLink::videoRemoved, this, [this](qint64 gone) {
    if (gone == video_) reject();
  });
  connect(&context_.theme, &Theme::changed, this, &MemoriesDialog::restyleCards);
  restyleCards();
  ask();
}

void MemoriesDialog::ask() {
  if (asking_) return;
  asking_ = true;
  context_.engine.send(ListVideos{}, this, [this](const Event& event) {
    asking_ = false;
    const auto* list = std::get_if<VideoList>(&event.body);
    if (list == nullptr) return;
    for (const VideoWithMemories& entry : list->videos) {
      if (entry.video.id == video_) show(entry);
    }
  });
}

void MemoriesDialog::show(const VideoWithMemories& entry) {
  name_->setText(text(entry.video.name));
  qDeleteAll(cards_->findChildren<QFrame*>(QStringLiteral("memoryCard")));
  for (auto memory = entry.memories.rbegin(); memory != entry.memories.rend(); ++memory) {
    cards_->layout()->addWidget(card(*memory, entry.video.duration));
  }
  empty_->setVisible(entry.memories.empty());
  restyleCards();
}

QWidget* MemoriesDialog::card(const store::Memory& memory, Micros duration) {
  auto* frame = new QFrame(cards_);
  frame->setObjectName(QStringLiteral("memoryCard"));
  auto* model = new QLabel(text(memory.model), frame);
  model->setObjectName(QStringLiteral("model"));
  auto* facts = new QLabel(factsOf(memory, duration), frame);
  facts->setObjectName(QStringLiteral("facts"));
  facts->setProperty("soft", true);
  for (QLabel* label : {model, facts}) {
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
  }
  auto* remove = new QPushButton(tr("Delete This Memory…"), frame);
  remove->setObjectName(QStringLiteral("delete"));
  remove->setAccessibleName(tr("Delete the memory of %1").arg(text(memory.model)));
  remove->setAutoDefault(false);
  connect(remove, &QPushButton::clicked, this, [this, memory] { confirm(memory); });
  auto* row = new QHBoxLayout;
  row->addStretch();
  row->addWidget(remove);
  auto* column = new QVBoxLayout(frame);
  column->addWidget(model);
  column->addWidget(facts);
  column->addLayout(row);
  return frame;
}

void MemoriesDialog::confirm(const store::Memory& memory) {
  if (box_ != nullptr) return;
  auto* box = new QMessageBox(this);
  box_ = box;
  box->setAttribute(Qt::WA_DeleteOnClose);
  box->setIcon(QMessageBox::NoIcon);
  box->setWindowTitle(tr("Delete This Memory"));
  box->setTextFormat(Qt::PlainText);
  box->setText(tr("Delete what %1 has seen of “%2”?").arg(text(memory.model), name_->text()));
  box->setInformativeText(tr(
      "This cannot be undone: to ask about the video with this model again, it has to be watched "
      "anew. Questions, answers, markers and the video file stay."));
  QPushButton* remove =
      box->addButton(tr("Delete, Free %1").arg(sizeText(memory.bytes)), QMessageBox::AcceptRole);
  markDangerous(remove);
  box->addButton(QMessageBox::Cancel);
  box->setDefaultButton(QMessageBox::Cancel);
  connect(remove, &QPushButton::clicked, this, [this, box, id = memory.id] {
    box->close();
    this->remove(id);
  });
  box->open();
}

void MemoriesDialog::remove(qint64 memory) {
  fault_->hide();
  context_.engine.send(RemoveMemory{memory}, this, [this](const Event& event) {
    if (const auto* failure = std::get_if<RequestFailed>(&event.body)) {
      fault_->setText(withHint(engineText(failure->message), engineText(failure->hint)));
      fault_->show();
    }
  });
}

void MemoriesDialog::restyleCards() {
  const Theme& theme = context_.theme;
  name_->setFont(theme.font(Theme::Font::strong));
  cards_->layout()->setSpacing(theme.gap());
  for (QFrame* frame : cards_->findChildren<QFrame*>(QStringLiteral("memoryCard"))) {
    frame->setStyleSheet(
        QStringLiteral("#memoryCard { background: %1; border: 1px solid %2; border-radius: %3px; }")
            .arg(theme.colors().raised.name(), theme.colors().line.name())
            .arg(theme.px(8)));
    frame->layout()->setContentsMargins(theme.gap(), theme.gap(), theme.gap(), theme.gap());
    frame->layout()->setSpacing(theme.gapSmall());
    frame->findChild<QLabel*>(QStringLiteral("model"))->setFont(theme.font(Theme::Font::title));
    frame->findChild<QLabel*>(QStringLiteral("facts"))->setFont(theme.font(Theme::Font::small));
  }
}

}  // namespace longtake::ui
