// Declares what both programs do before anything else.
//
// Thread rule: at the start of main(). Lifetime rule: for as long as the process.
#ifndef LONGTAKE_APP_PROCESS_H_
#define LONGTAKE_APP_PROCESS_H_

namespace longtake {

// Lets the process open as many files as it may at most: every memory that a question is about keeps
// some open, and the usual limit is for programs that open few.
void allow_many_files();

}  // namespace longtake

#endif  // LONGTAKE_APP_PROCESS_H_
