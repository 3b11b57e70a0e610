using Lava.Load.Running;

namespace Lava.Load.Scenarios;

/// <summary>A scenario whose customers and meters exist.</summary>
/// <param name="Run">One call.</param>
/// <param name="Books">What is checked in the end.</param>
internal sealed record PreparedCalls(Step Run, Books Books);
