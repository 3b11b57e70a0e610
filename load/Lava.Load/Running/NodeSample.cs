namespace Lava.Load.Running;

/// <summary>One look at the processes on this machine.</summary>
/// <param name="At">Since the first counted call was due.</param>
/// <param name="Memory">Resident memory of the gateway's process, bytes.</param>
/// <param name="Processor">Processor time of the gateway's process since it began.</param>
/// <param name="RunnerProcessor">Processor time of the runner's own process.</param>
internal readonly record struct NodeSample(TimeSpan At, long Memory, TimeSpan Processor, TimeSpan RunnerProcessor);
