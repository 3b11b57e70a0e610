namespace Lava.Load.Comparing;

/// <summary>One load on one system.</summary>
/// <param name="Result">What the load has found.</param>
/// <param name="OwnCpu">Processor seconds of the system's first process.</param>
/// <param name="AllCpu">Of all its processes.</param>
/// <param name="LoadCpu">Of load generator and provider.</param>
internal sealed record Measured(LoadResult Result, double OwnCpu, double AllCpu, double LoadCpu)
{
    public double OwnMicroseconds => OwnCpu * 1e6 / Result.Answered;

    public double LoadMicroseconds => LoadCpu * 1e6 / Result.Answered;

    public double AllMicroseconds => AllCpu * 1e6 / Result.Answered;
}
